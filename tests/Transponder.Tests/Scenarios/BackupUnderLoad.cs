using Transponder.Client;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A backup that is taken while events come in holds everything acknowledged before it, and a server starts from it.</summary>
[Trait("needs", "servers")]
public sealed class BackupUnderLoad
{
    [Fact]
    public async Task RestoresToAServerThatKnowsWhatWasAcknowledged()
    {
        await using var server = await ServerProcess.StartAsync("");
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin);
        for (var i = 0; i < 20; i++)
            await Platform.PlayAsync(client.Admin, $"before-{i}", WorkflowPhase.Succeeded);
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var load = Task.Run(() => PlayUntilAsync(client.Admin, begun, stop.Token), ScenarioServer.Token);
        await Task.WhenAny(begun.Task, load);

        await using var backup = ServerProcess.Run("backup", server.File("copy.db"), "--config", server.Config);

        Assert.Equal(0, await backup.ExitAsync());
        Assert.Contains("checked", await backup.LineAsync("copy.db"), StringComparison.Ordinal);
        await stop.CancelAsync();
        var played = await load;
        await server.KillAsync();
        server.ReplaceDatabase("copy.db");
        await server.StartAgainAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal(WorkflowPhase.Succeeded, (await Platform.GetAsync(client.Admin, $"before-{i}")).Closure.Phase);
        Assert.NotEqual(0, played);
        await Platform.PlayAsync(client.Admin, "after", WorkflowPhase.Succeeded);
    }

    [Fact]
    public async Task ThatCannotBeWrittenSaysWhyAndLeavesNothing()
    {
        await using var server = await ServerProcess.StartAsync("");

        await using var backup = ServerProcess.Run("backup", server.File("scenario.yaml/copy.db"), "--config", server.Config);

        Assert.Equal(1, await backup.ExitAsync());
        await backup.LineAsync("error: The backup");
    }

    private static async Task<int> PlayUntilAsync(AdminClient admin, TaskCompletionSource begun, CancellationToken stop)
    {
        var count = 0;
        for (; !stop.IsCancellationRequested && count < 10_000; count++)
        {
            await Platform.PlayAsync(admin, $"load-{count}", WorkflowPhase.Succeeded);
            begun.TrySetResult();
        }
        return count;
    }
}
