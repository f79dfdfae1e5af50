using Transponder.Client;
using Transponder.Protocol;
using Transponder.Server;
using Transponder.Server.Configuration;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A disk that fills up refuses events with UNAVAILABLE, keeps what it acknowledged, and takes events again when there is room.</summary>
[Trait("needs", "servers")]
public sealed class FullDiskLosesNothing
{
    private const int Megabyte = 1024 * 1024;
    private static readonly string Error = new('x', 100_000);

    [Fact]
    public async Task EventsAreRefusedUntilThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 12);
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[4 * Megabyte], ScenarioServer.Token);
        var yaml = $"server: {{ httpPort: 0, grpc: {{ port: 0 }} }}\ndatabase: {{ sqlite: {{ file: {disk.Path}/t.db }} }}\n";
        await using var app = await TransponderApp.StartAsync(ConfigLoader.Parse("c.yaml", yaml).Options, ScenarioServer.Token);
        using var client = new TransponderClient(app.GrpcAddress, Patient.Channel);
        await Platform.RegisterAsync(client.Admin);

        var (kept, refused) = await FillAsync(client.Admin);
        Assert.Equal(StatusCode.Unavailable, refused.Code);
        Assert.NotEmpty(kept);
        foreach (var name in kept)
            Assert.Equal(WorkflowPhase.Failed, (await Platform.GetAsync(client.Admin, name)).Closure.Phase);

        File.Delete(ballast);
        await Platform.PlayAsync(client.Admin, "after", WorkflowPhase.Succeeded);
        Assert.Equal(WorkflowPhase.Succeeded, (await Platform.GetAsync(client.Admin, "after")).Closure.Phase);
    }

    /// <summary>Plays executions that fail with long errors until something is refused; answers those that ended, and the refusal.</summary>
    private static async Task<(List<string> Kept, RpcException Refused)> FillAsync(AdminClient admin)
    {
        var kept = new List<string>();
        for (var i = 0; i < 500; i++)
        {
            try
            {
                await Platform.RunAsync(admin, $"run-{i}");
                await Platform.SendAsync(admin, Platform.Event($"run-{i}", WorkflowPhase.Failed, Error));
                kept.Add($"run-{i}");
            }
            catch (RpcException error)
            {
                return (kept, error);
            }
        }

        throw new InvalidOperationException("the disk never filled up");
    }
}
