using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>The demo, as a process of its own with its output in a pipe: it ends by itself, well, and everything has arrived.</summary>
[Trait("needs", "servers")]
public sealed class DemoEndsWell
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "transponder");

    [Fact]
    public async Task Demo_IntoAPipe_ShowsSevenDeliveriesAndEndsWithZero()
    {
        await using var demo = ChildProcess.Start(Program, ["demo"]);

        Assert.True(await demo.ExitAsync() == 0, demo.Output);

        Assert.Equal(7, demo.Lines.Count(line => line.StartsWith("  ✓ delivered", StringComparison.Ordinal)));
        Assert.Contains("5 mails and 2 webhook calls", demo.Output);
        Assert.Contains("with error: [column “price” has 3 empty cells <rows 17, 204, 951>]", demo.Output);
        Assert.DoesNotContain('\u001b', demo.Output);
        Assert.All(demo.Lines, line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task Demo_Kept_GoesOnUntilItIsTold()
    {
        await using var demo = ChildProcess.Start(Program, ["demo", "--keep"]);
        await demo.LineAsync("The server goes on");
        var look = (await demo.LineAsync("api/v1/deliveries?limit=3")).Split('\'')[1];

        using var http = new HttpClient();
        Assert.Contains("nightly-3", await http.GetStringAsync(new Uri(look), TestContext.Current.CancellationToken));
        demo.Signal();

        Assert.True(await demo.ExitAsync() == 0, demo.Output);
    }
}
