using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>kill -9 under load, at the moments that hurt, over both stores: nothing acknowledged is lost. The measurement of docs/benchmarks.md, shorter.</summary>
[Trait("needs", "servers")]
public sealed class KillsLoseNothing(ITestOutputHelper output)
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Server_KilledFifteenTimesUnderLoad_LosesNothing(string store)
    {
        if (store == "postgres")
            await using (await PostgresServer.StartAsync(fsync: false)) { }

        await using var bench = Bench.Start("chaos", "--kills", "15", "--stores", store);

        var code = await bench.ExitAsync(TimeSpan.FromMinutes(6));

        output.WriteLine(bench.Output);
        Assert.True(code == 0, bench.Output);
    }
}
