using System.Text;
using Transponder.Core.Diagnostics;
using Transponder.Core.Egress;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Tests.Integrations.Stores;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Egress;

/// <summary>Engines over a store of their own, under a clock that the test moves.</summary>
internal sealed class EgressFixture : IAsyncDisposable
{
    private readonly TempDirectory directory = new();
    private readonly List<EgressEngine> engines = [];
    private readonly List<LogFeed> feeds = [];
    private readonly Dictionary<string, int> written = [];
    private readonly EgressMetrics metrics = new();

    private EgressFixture() => Store = SqliteStore.Open(new SqliteOptions { File = directory.File("t.db") }, Time);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static EventFilter Everything { get; } = new() { Kinds = EventFilter.Upstream };

    public FakeTimeProvider Time { get; } = new();

    public IStore Store { get; }

    public RecordingSink Sink { get; init; } = new();

    public EgressOptions Options { get; set; } = new() { LeaseDuration = TimeSpan.FromDays(1), Random = () => 0.5 };

    public static async Task<EgressFixture> CreateAsync(RecordingSink? sink = null)
    {
        var fixture = sink is null ? new EgressFixture() : new EgressFixture { Sink = sink };
        await fixture.Store.MigrateAsync(Token);
        return fixture;
    }

    public static SinkRoute Route(IEventSink sink, string name = "one", EventFilter? filter = null) =>
        new(name, sink, filter ?? Everything, new PlainFormat()) { FromStart = true };

    public EgressEngine Start(params IReadOnlyList<SinkRoute> routes) => Start("owner", routes);

    public EgressEngine Start(string owner, IReadOnlyList<SinkRoute> routes, ILaneStore? lanes = null)
    {
        var feed = new LogFeed(Store.Events, Time);
        feeds.Add(feed);
        var engine = new EgressEngine(
            new EgressEnvironment
            {
                Lanes = lanes ?? Store.Lanes,
                Events = Store.Events,
                Feed = feed,
                Facts = new ExecutionFactsCache(Store.Executions),
                Options = Options with { Owner = owner },
                Metrics = metrics,
                Time = Time,
            },
            routes.Count == 0 ? [Route(Sink)] : routes
        );
        engines.Add(engine);
        engine.Start();
        return engine;
    }

    /// <summary>Writes events of an execution; their texts are its name and their number: <c>a1</c>, <c>a2</c>.</summary>
    public async Task AddAsync(string name, int count = 1, EventKind kind = EventKind.Node)
    {
        var key = StoreSamples.Key(name);
        if (!written.TryGetValue(name, out var from))
            Assert.True(await Store.Executions.CreateAsync(StoreSamples.Execution(name), Token));
        written[name] = from + count;
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        await Store.Events.CommitAsync(
            keys,
            state =>
            {
                var row = state.Executions[key];
                var changes = new BatchChanges();
                changes.Executions.Add(row);
                for (var i = 1; i <= count; i++)
                    changes.Events.Add(Event(row, kind, $"{name}{from + i}"));
                return changes;
            },
            Token
        );
        foreach (var feed in feeds)
            feed.Wake();
    }

    public static IEnumerable<string> Expected(string name, int count) => Enumerable.Range(1, count).Select(i => $"{name}{i}");

    /// <summary>Moves the clock in steps until something holds.</summary>
    public Task UntilAsync(Func<bool> condition, string what, double secondsPerStep = 0.01) =>
        UntilAsync(() => Task.FromResult(condition()), what, secondsPerStep);

    public Task UntilAsync(Func<Task<bool>> condition, string what, double secondsPerStep = 0.01) =>
        Eventually.TrueAsync(
            async () =>
            {
                if (await condition())
                    return true;
                Time.Advance(TimeSpan.FromSeconds(secondsPerStep));
                return false;
            },
            what
        );

    /// <summary>Moves the clock until all cursors of a sink are saved at the log's end, and nothing is held.</summary>
    public Task UntilSavedAsync(string sink = "one") =>
        UntilAsync(
            async () =>
            {
                var progress = (await Store.Lanes.ProgressAsync(Token)).SingleOrDefault(one => one.Sink == sink);
                return progress?.Held == 0 && progress.Position >= (await Store.Events.BoundsAsync(Token)).Last;
            },
            "cursors at the end",
            0.5
        );

    /// <summary>Stops an engine while the clock runs.</summary>
    public async Task StopAsync(EgressEngine engine)
    {
        await using var clock = RunClock();
        await engine.StopAsync();
    }

    public Timer RunClock() => new(_ => Time.Advance(TimeSpan.FromSeconds(0.5)), null, 0, 5);

    public async ValueTask DisposeAsync()
    {
        Sink.Unblock();
        await using var clock = RunClock();
        foreach (var engine in engines)
            await engine.DisposeAsync();
        foreach (var feed in feeds)
            await feed.DisposeAsync();
        await Store.DisposeAsync();
        metrics.Dispose();
        directory.Dispose();
        Assert.Empty(Sink.Faults);
    }

    private EventRecord Event(ExecutionRow row, EventKind kind, string text) =>
        new()
        {
            Id = Guid.CreateVersion7(Time.GetUtcNow()),
            ExecutionId = row.Id,
            Shard = row.Key.Shard,
            Kind = kind,
            Phase = 3,
            Sequence = ++row.LastSequence,
            OccurredAt = Time.GetUtcNow(),
            ReceivedAt = Time.GetUtcNow(),
            Request = Encoding.UTF8.GetBytes(text),
        };
}
