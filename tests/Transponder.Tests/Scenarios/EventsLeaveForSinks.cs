using System.Text.Json;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>
/// What is acknowledged leaves for every sink: complete, in order for each execution, with unique ids, the first event of each task attempt and the
/// ends of aborted executions included.
/// </summary>
[Trait("needs", "servers")]
public sealed class EventsLeaveForSinks(PostgresCluster cluster)
{
    private const int Executions = 60;

    [Fact]
    public Task PlayedExecutions_OverSqlite_ArriveWhole() => PlayAsync(postgres: null);

    [Fact]
    public async Task PlayedExecutions_OverPostgres_ArriveWhole() => await PlayAsync(await cluster.CreateDatabaseAsync());

    [Fact]
    public async Task TwoSections_AtOnce_HaveTheirOwnTopics()
    {
        using var folder = new TempDirectory();
        await using var server = await ScenarioServer.StartAsync(
            $$"""
            cloudEvents: { enable: true, type: file, file: { path: '{{folder.File("cloud")}}' }, eventsPublisher: { eventTypes: all } }
            externalEvents: { enable: true, type: file, file: { path: '{{folder.File(
                "external"
            )}}' }, eventsPublisher: { eventTypes: workflow } }
            """
        );
        await Platform.RegisterAsync(server.Client.Admin);
        await Platform.PlayAsync(server.Client.Admin, "run", WorkflowPhase.Succeeded);

        var log = await SinkLog.ReadAsync(server);
        await Eventually.TrueAsync(() => Lines(folder.File("cloud")).Length == log.Count, "all events as CloudEvents");
        var workflows = log.Where(one => one.Kind == Event.Types.Kind.Workflow).ToList();
        await Eventually.TrueAsync(() => Lines(folder.File("external")).Length == workflows.Count, "the workflow's requests");
        Assert.Equal(workflows.Select(one => one.Request.ToBase64()), Lines(folder.File("external")));
    }

    [Fact]
    public async Task Reload_AddsASink_AndLeavesTheOthersAlone()
    {
        using var folder = new TempDirectory();
        var first = Sink("first", folder.File("first"));
        await using var server = await ScenarioServer.StartAsync("sinks:\n" + first);
        await Platform.RegisterAsync(server.Client.Admin);
        await Platform.PlayAsync(server.Client.Admin, "before", WorkflowPhase.Succeeded);
        var before = (await SinkLog.ReadAsync(server)).Count;

        await server.ReloadAsync(
            "sinks:\n" + first + Sink("second", folder.File("second")) + Sink("whole", folder.File("whole"), "fromStart: true")
        );
        var sinks = (await server.Client.Operations.ListSinksAsync(ScenarioServer.Token)).Sinks;
        Assert.Equal(["first", "second", "whole"], sinks.Select(sink => sink.Name));
        await Eventually.TrueAsync(() => Lines(folder.File("whole")).Length == before, "the log from its start");
        await Platform.PlayAsync(server.Client.Admin, "after", WorkflowPhase.Succeeded);

        var log = await SinkLog.ReadAsync(server);
        foreach (var (name, count) in new[] { ("first", log.Count), ("whole", log.Count), ("second", log.Count - before) })
            await Eventually.TrueAsync(() => Lines(folder.File(name)).Length == count, $"{count} events at {name}");
    }

    [Fact]
    public async Task ADeadSink_AtTheStart_DelaysNobodyAndMissesNothing()
    {
        using var folder = new TempDirectory();
        var port = FreePort.Next();
        await using var server = await ScenarioServer.StartAsync(
            $$"""
            outbound: { allow: [ 127.0.0.0/8 ], allowHttp: true }
            sinks:
            {{Sink("look", folder.File("events"))}}
              dead: { type: http, mode: structured, http: { url: 'http://127.0.0.1:{{port}}/' }, eventsPublisher: { eventTypes: all } }
            """
        );
        await Platform.RegisterAsync(server.Client.Admin);
        foreach (var number in Enumerable.Range(0, 5))
            await Platform.PlayAsync(server.Client.Admin, $"run-{number}", WorkflowPhase.Succeeded);

        var log = await SinkLog.ReadAsync(server);
        await Eventually.TrueAsync(() => Lines(folder.File("events")).Length == log.Count, "all events in the file");
        await Eventually.PassesAsync(async () =>
        {
            var dead = await FindAsync(server, "dead");
            Assert.Equal(SinkSummary.Types.State.Waiting, dead.State);
            Assert.Contains("connection refused", dead.Error, StringComparison.Ordinal);
            Assert.InRange(dead.Lag, 1, log[^1].Position);
        });
        var check = (await server.Client.Operations.GetStatusAsync(ScenarioServer.Token)).Checks.Single(one => one.Subject == "dead");
        Assert.Equal(("sink", Check.Types.Level.Fail), (check.Area, check.Level));

        await using var receiver = await WebhookReceiver.StartAsync(port);
        await receiver.ReceivedAsync(log.Count, TimeSpan.FromMinutes(2));
        // More than once may come what was on its way when the sink's patience ended.
        await Eventually.TrueAsync(
            () => receiver.Received.Select(request => request.Json.GetProperty("id").GetString()).Distinct().Count() >= log.Count,
            "every event"
        );
        foreach (var execution in log.GroupBy(one => one.Execution.Name))
            Assert.Equal(
                execution.Select(one => one.Id),
                receiver
                    .Received.Select(request => request.Json)
                    .Where(one => one.GetProperty("partitionkey").GetString()!.EndsWith("/" + execution.Key, StringComparison.Ordinal))
                    .Select(one => one.GetProperty("id").GetString())
                    .Distinct()
            );
    }

    private static async Task<SinkSummary> FindAsync(ScenarioServer server, string name) =>
        (await server.Client.Operations.ListSinksAsync(ScenarioServer.Token)).Sinks.Single(sink => sink.Name == name);

    private static async Task PlayAsync(string? postgres)
    {
        using var folder = new TempDirectory();
        await using var server = await ScenarioServer.StartAsync("sinks:\n" + Sink("look", folder.File("events")), postgres);
        var options = $"--executions {Executions} --seed 11 --shape mixed --failures 0.1 --aborts 0.1 --retries 0.1 --concurrency 32";
        await using var play = ServerProcess.Run(["play", .. options.Split(' '), "--server", $"{server.Grpc}", "-o", "json"]);
        Assert.True(await play.ExitAsync(TimeSpan.FromMinutes(5)) == 0, play.Output);

        var log = await SinkLog.ReadAsync(server);
        await Eventually.TrueAsync(() => Lines(folder.File("events")).Length >= log.Count, $"{log.Count} events");

        SinkLog.AssertSame(log, [.. Lines(folder.File("events")).Select(line => JsonElement.Parse(line))]);
        await Eventually.PassesAsync(async () =>
        {
            var sink = Assert.Single((await server.Client.Operations.ListSinksAsync(ScenarioServer.Token)).Sinks);
            Assert.Equal((SinkSummary.Types.State.Running, 0u, 0ul), (sink.State, sink.Held, sink.Quarantined));
        });
    }

    private static string Sink(string name, string path, string more = "fromStart: false") =>
        $"  {name}: {{ type: file, file: {{ path: '{path}' }}, eventsPublisher: {{ eventTypes: all }}, {more} }}\n";

    private static string[] Lines(string path) => GrowingFile.Lines(path);
}
