using System.Collections.Concurrent;
using Transponder.Client;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Two servers over one PostgreSQL publish to one sink, each from its own lanes; when one is killed, the other takes over what it had.</summary>
[Trait("needs", "servers")]
public sealed class ReplicasShareLanes(PostgresCluster cluster)
{
    private const uint Lanes = 16;

    [Fact]
    public async Task Both_Publish_AndOneDies_NothingIsLostNorReordered()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var database = await cluster.CreateDatabaseAsync();
        await using var first = await ServerProcess.StartAsync(Yaml(receiver, "first"), database);
        using var one = first.Connect();
        await Platform.RegisterAsync(one.Admin);
        await using var second = await ServerProcess.StartAsync(Yaml(receiver, "second"), database);
        using var two = second.Connect();
        var acknowledged = new ConcurrentDictionary<string, int>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ScenarioServer.Token);
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(worker => LoadAsync(two, worker, acknowledged, stopping.Token)));

        await Eventually.TrueAsync(
            async () => (await LanesAsync(one), await LanesAsync(two)) is (Lanes / 2, Lanes / 2),
            "each to have half of the lanes",
            TimeSpan.FromMinutes(2)
        );
        var shared = receiver.Received.Count;
        await Eventually.TrueAsync(
            () => receiver.Received.Skip(shared).Select(request => request.Path).Distinct().Count() == 2,
            "events from both"
        );
        await first.KillAsync();
        await Eventually.TrueAsync(async () => await LanesAsync(two) == Lanes, "the other one to have all lanes");
        await stopping.CancelAsync();
        await load;

        var expected = acknowledged.Values.Sum();
        await Eventually.TrueAsync(() => Arrived(receiver).Count >= expected, $"{expected} events");
        var arrived = Arrived(receiver);
        Assert.Equal(expected, arrived.Count);
        Assert.Equal(
            acknowledged.OrderBy(run => run.Key, StringComparer.Ordinal),
            arrived
                .GroupBy(told => told.Execution, told => told.Sequence)
                .Select(run => KeyValuePair.Create(run.Key, run.Count()))
                .OrderBy(run => run.Key, StringComparer.Ordinal)
        );
        foreach (var run in arrived.GroupBy(told => told.Execution, told => told.Sequence))
            Assert.Equal(Enumerable.Range(1, run.Count()), run);
    }

    // A machine that stands still for longer than a lease reorders what was on its way.
    private static string Yaml(WebhookReceiver receiver, string replica) =>
        $$"""
            outbound: { allow: [ 127.0.0.0/8 ] }
            egress: { leaseDuration: 8s }
            sinks:
              shared:
                type: http
                mode: structured
                http: { url: '{{receiver.Url}}?{{replica}}', timeout: 30s }
                eventsPublisher: { eventTypes: all }
            """;

    // Each execution is one node that goes back and forth, so that it is under way while lanes change hands.
    private static async Task LoadAsync(
        TransponderClient client,
        int worker,
        ConcurrentDictionary<string, int> acknowledged,
        CancellationToken stopping
    )
    {
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            var name = $"run-{worker}-{number}";
            await Platform.RunAsync(client.Admin, name);
            for (var step = 0; step < 20; step++)
            {
                await Platform.SendAsync(client.Admin, Platform.NodeEvent(name, step % 2 == 0 ? NodePhase.Queued : NodePhase.Running));
                await Task.Delay(50, ScenarioServer.Token);
            }
            await Platform.SendAsync(client.Admin, Platform.Event(name, WorkflowPhase.Succeeded));
            acknowledged[$"{Platform.Project}/{Platform.Domain}/{name}"] = 22;
        }
    }

    private static async Task<uint> LanesAsync(TransponderClient client) =>
        (await client.Operations.ListSinksAsync(ScenarioServer.Token)).Sinks.Single().Lanes;

    // In order of first arrival.
    private static List<(string Id, string Execution, int Sequence)> Arrived(WebhookReceiver receiver) =>
        [
            .. receiver
                .Received.Select(request => request.Json)
                .Select(told =>
                    (
                        Id: told.GetProperty("id").GetString()!,
                        told.GetProperty("partitionkey").GetString()!,
                        int.Parse(told.GetProperty("sequence").GetString()!, System.Globalization.CultureInfo.InvariantCulture)
                    )
                )
                .DistinctBy(told => told.Id),
        ];
}
