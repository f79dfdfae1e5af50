using System.Diagnostics;
using System.Text.Json;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;
using State = Transponder.V1.Replay.Types.State;

namespace Transponder.Tests.Scenarios;

/// <summary>A stretch of the log goes to a sink again: the same ids, marked, in order, no faster than asked, and over a crash.</summary>
[Trait("needs", "servers")]
public sealed class EventsAreReplayed(PostgresCluster cluster)
{
    [Fact]
    public Task OverSqlite() => ReplayAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await ReplayAsync(await cluster.CreateDatabaseAsync());

    private static async Task ReplayAsync(string? postgres)
    {
        using var folder = new TempDirectory();
        var file = folder.File("events.jsonl");
        await using var server = await ServerProcess.StartAsync(
            $"sinks: {{ audit: {{ type: file, file: {{ path: {file} }}, eventsPublisher: {{ eventTypes: [workflow] }} }} }}\n",
            postgres
        );
        string id;
        using (var client = server.Connect())
        {
            await Platform.RegisterAsync(client.Admin);
            foreach (var name in (string[])["a", "b", "c"])
                await Platform.PlayAsync(client.Admin, name, WorkflowPhase.Succeeded);
            await Eventually.TrueAsync(() => Lines(file).Count(line => !line.Replayed) == 6, "the events themselves");

            // One a second: the server is killed in the middle of it.
            var clock = Stopwatch.StartNew();
            var filter = new EventFilter { Project = Platform.Project, Phases = { "SUCCEEDED", "RUNNING" } };
            id = (
                await client.Replays.StartReplayAsync(
                    new()
                    {
                        Sink = "audit",
                        Filter = filter,
                        Rate = 1,
                    },
                    ScenarioServer.Token
                )
            ).Id;
            await Eventually.TrueAsync(() => Lines(file).Any(line => line.Replayed), "the first event again");
            Assert.InRange(Lines(file).Count(line => line.Replayed), 1, 2 + clock.Elapsed.TotalSeconds);
        }

        await server.KillAndRestartAsync();

        using var after = server.Connect();
        await Eventually.TrueAsync(
            async () => (await after.Replays.GetReplayAsync(new() { Id = id }, ScenarioServer.Token)).State == State.Done,
            "the replay's end",
            TimeSpan.FromMinutes(2)
        );
        var lines = Lines(file);
        var events = lines.Where(line => !line.Replayed).Select(line => line.Id).Distinct().ToList();
        var again = lines.Where(line => line.Replayed).Select(line => line.Id).Distinct().ToList();
        var log = await after.Events.ListEventsAsync(
            new() { Filter = new() { Kinds = { Event.Types.Kind.Workflow } } },
            ScenarioServer.Token
        );
        Assert.Equal(log.Events.Select(one => one.Id), again);
        Assert.Equal(log.Events.Select(one => one.Id).Order(), events.Order());

        var refusal = await Assert.ThrowsAsync<RpcException>(() =>
            after.Replays.StartReplayAsync(new() { Sink = "audio" }, ScenarioServer.Token)
        );
        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Contains("configured are audit", refusal.Message, StringComparison.Ordinal);
        var ended = await Assert.ThrowsAsync<RpcException>(() => after.Replays.CancelReplayAsync(new() { Id = id }, ScenarioServer.Token));
        Assert.Equal(StatusCode.FailedPrecondition, ended.Code);
    }

    private static List<(string Id, bool Replayed)> Lines(string file) =>
        [
            .. GrowingFile
                .Lines(file)
                .Select(line => JsonElement.Parse(line))
                .Select(one => (one.GetProperty("id").GetString()!, one.TryGetProperty("replay", out _))),
        ];
}
