using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Timing;

/// <summary>The sample for authors of tasks does what its page says.</summary>
[Trait("needs", "servers")]
public sealed class TaskSampleTests
{
    private const string Name = "notify-from-a-task";

    [Fact]
    public async Task Sample_InAPod_TellsOfItsWork()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sample = ChildProcess.Start(
            Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", Name, Configuration, Name)),
            ["127.0.0.0/8"],
            environment: new Dictionary<string, string?>
            {
                ["_FSEC_HOOK_URL"] = receiver.Url,
                ["FLYTE_INTERNAL_EXECUTION_ID"] = "f1",
                ["FLYTE_INTERNAL_EXECUTION_PROJECT"] = "flytesnacks",
                ["FLYTE_INTERNAL_EXECUTION_DOMAIN"] = "development",
                ["FLYTE_INTERNAL_TASK_NAME"] = "sum",
            }
        );

        Assert.Equal(0, await sample.ExitAsync());
        Assert.Equal(
            ["sum has started", "sum is at 50 %", "sum has succeeded", "The sum is known"],
            receiver.Received.Select(request => request.Json.GetProperty("title").GetString())
        );
        Assert.Equal("f1", receiver.Received[0].Json.GetProperty("execution").GetProperty("name").GetString());
        Assert.Equal("All 10 numbers are in, the sum is 55.", receiver.Received[3].Json.GetProperty("text").GetString());
        Assert.Equal("55", receiver.Received[3].Json.GetProperty("fields")[1].GetProperty("value").GetString());
        Assert.Equal("The sum is 55; 3 messages were delivered, 0 were not.", sample.Output);
    }

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
}
