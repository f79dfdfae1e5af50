using Flyteidl.Admin;
using Google.Protobuf.WellKnownTypes;
using Transponder.Client;
using Transponder.Core.Retention;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>Retention beside traffic: what ended long ago goes, with its events and deliveries; what runs or still has something to send stays.</summary>
[Trait("needs", "servers")]
public sealed class OldRunsAreForgotten(PostgresCluster cluster)
{
    private const int Old = 30;

    private static readonly TimeSpan Age = TimeSpan.FromDays(2);

    private static readonly RetentionOptions Short = new()
    {
        Events = TimeSpan.FromSeconds(1),
        Deliveries = TimeSpan.FromSeconds(1),
        Executions = TimeSpan.FromDays(1),
        Interval = TimeSpan.FromSeconds(1),
        Batch = 10,
    };

    [Fact]
    public Task OverSqlite() => ForgetAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await ForgetAsync(await cluster.CreateDatabaseAsync());

    private static async Task ForgetAsync(string? postgres)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var dead = await WebhookReceiver.StartAsync();
        dead.Answer = _ => ReceiverAnswer.Of(503);
        await using var server = await ScenarioServer.StartAsync(
            ScenarioConfig.Webhooks(("hook", receiver.Url), ("dead", dead.Url)),
            postgres,
            change: options => options with { Retention = Short }
        );
        var admin = server.Client.Admin;
        await Platform.RegisterAsync(
            admin,
            Platform.Notify([WorkflowPhase.Succeeded], "hook"),
            Platform.Notify([WorkflowPhase.Failed], "dead")
        );
        await PlayOldAsync(admin, "running", WorkflowPhase.Running);
        await PlayOldAsync(admin, "unsent", WorkflowPhase.Running, WorkflowPhase.Failed);
        for (var i = 0; i < Old; i++)
            await PlayOldAsync(admin, $"old{i}", WorkflowPhase.Running, WorkflowPhase.Succeeded);

        List<string> fresh = [];
        await Eventually.TrueAsync(
            async () =>
            {
                // As many as fit on a page with the others.
                if (fresh.Count < 500)
                {
                    await Platform.PlayAsync(admin, $"fresh{fresh.Count}", WorkflowPhase.Succeeded);
                    fresh.Add($"fresh{fresh.Count}");
                }
                return !(await NamesAsync(admin)).Any(name => name.StartsWith("old", StringComparison.Ordinal));
            },
            "the old ones are gone"
        );

        Assert.Equal(
            [.. fresh.Order(StringComparer.Ordinal), "running", "unsent"],
            (await NamesAsync(admin)).Order(StringComparer.Ordinal)
        );
        var gone = await Assert.ThrowsAsync<RpcException>(() => Platform.GetAsync(admin, "old0"));
        Assert.Equal(StatusCode.NotFound, gone.Code);
        Assert.Empty(await Platform.DeliveriesAsync(server.Client, "old0"));
        Assert.Single(await Platform.DeliveriesAsync(server.Client, "unsent"));
        var notified = receiver.Received.Select(request => request.Json.GetProperty("execution").GetProperty("name").GetString());
        Assert.Superset(Enumerable.Range(0, Old).Select(i => $"old{i}").ToHashSet(), notified.ToHashSet()!);
        await PlayOldAsync(admin, "old0", WorkflowPhase.Running);
        await Platform.SendAsync(admin, Platform.Event("running", WorkflowPhase.Succeeded));
    }

    /// <summary>An execution whose events tell of long ago.</summary>
    private static async Task PlayOldAsync(AdminClient admin, string name, params IEnumerable<WorkflowPhase> phases)
    {
        await Platform.CreateAsync(admin, name);
        foreach (var phase in phases)
        {
            var request = Platform.Event(name, phase);
            request.Event.OccurredAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() - Age);
            await Platform.SendAsync(admin, request);
        }
    }

    private static async Task<List<string>> NamesAsync(AdminClient admin)
    {
        var request = new ResourceListRequest
        {
            Id = new NamedEntityIdentifier { Project = Platform.Project, Domain = Platform.Domain },
            Limit = 1000,
        };
        return [.. (await admin.ListExecutionsAsync(request, ScenarioServer.Token)).Executions.Select(execution => execution.Id.Name)];
    }
}
