using System.Globalization;
using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Delivery;
using Transponder.Core.Diagnostics;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Transponder.Tests.Rig;
using Xunit;
using Channel = Transponder.Core.Delivery.Channel;
using ExecutionError = Flyteidl.Core.ExecutionError;
using Task = System.Threading.Tasks.Task;
using WorkflowExecutionEvent = Flyteidl.Event.WorkflowExecutionEvent;

namespace Transponder.Tests.Core.Delivery;

/// <summary>Engines over a store of their own, under a clock that the test moves.</summary>
internal sealed class DeliveryFixture : IAsyncDisposable
{
    private readonly TempDirectory directory = new();
    private readonly List<DeliveryEngine> engines = [];
    private readonly Dictionary<string, ScriptedNotifier> notifiers = [];
    private readonly Func<IStore> open;
    private int executions;

    private DeliveryFixture(Func<IStore>? open)
    {
        this.open = open ?? OpenSqlite;
        Store = this.open();
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new();

    public IStore Store { get; private set; }

    public DeliverySignal Signal { get; } = new();

    public DeliveryMetrics Metrics { get; } = new();

    public ChannelLimits Limits { get; init; } = new() { Schedule = RetrySchedule.Mail };

    public DeliveryLedger Ledger => new(Store.Deliveries, Store.Executions, Signal, Time);

    public static async Task<DeliveryFixture> CreateAsync(ChannelLimits? limits = null, Func<IStore>? open = null)
    {
        var fixture = limits is null ? new DeliveryFixture(open) : new DeliveryFixture(open) { Limits = limits };
        await fixture.Store.MigrateAsync(Token);
        return fixture;
    }

    /// <summary>The channel's other side; the channel is configured from the first call on.</summary>
    public ScriptedNotifier Channel(string name = "email", bool threads = false)
    {
        if (!notifiers.TryGetValue(name, out var notifier))
            notifiers[name] = notifier = new ScriptedNotifier { Threads = threads };
        return notifier;
    }

    /// <summary>An engine with the channels that were asked for so far.</summary>
    public DeliveryEngine Start(string owner = "one", TimeSpan? grace = null)
    {
        var engine = new DeliveryEngine(
            new DeliveryEnvironment
            {
                Store = Store.Deliveries,
                Channels = new ChannelSet(notifiers.Select(entry => ChannelOf(entry.Key, entry.Value)).ToArray()),
                Options = new DeliveryOptions
                {
                    Owner = owner,
                    LeaseDuration = TimeSpan.FromDays(30),
                    Random = () => 0.5,
                    StopGrace = grace ?? TimeSpan.FromSeconds(20),
                },
                Signal = Signal,
                Metrics = Metrics,
                Time = Time,
            }
        );
        engines.Add(engine);
        engine.Start();
        return engine;
    }

    /// <summary>Stores a delivery with its execution and event, as ingestion does, and wakes the engine.</summary>
    public async Task AddAsync(
        string id,
        string channel = "email",
        Action<ExecutionClosure>? closure = null,
        DeliveryState state = DeliveryState.Pending,
        byte[]? eventBytes = null,
        Func<NewDelivery, NewDelivery>? change = null
    )
    {
        var key = await CreateExecutionAsync(closure);
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        await Store.Events.CommitAsync(
            keys,
            loaded =>
            {
                var changes = Changes(loaded.Executions[key], id, channel, state, eventBytes);
                changes.Deliveries[0] = change?.Invoke(changes.Deliveries[0]) ?? changes.Deliveries[0];
                return changes;
            },
            Token
        );
        Signal.Wake(channel);
    }

    /// <summary>Stores a delivery as the committer does: claimed, where an engine has room for it.</summary>
    /// <param name="id">The delivery.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="change">Makes another of it.</param>
    /// <param name="commit">What becomes of the transaction; null = it is committed.</param>
    public async Task<NewDelivery> AddEarlyAsync(
        string id,
        string channel = "email",
        Func<NewDelivery, NewDelivery>? change = null,
        Func<Func<Task>, Task<bool>>? commit = null
    )
    {
        var key = await CreateExecutionAsync(null);
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        keys.WithClosure.Add(key);
        var state = await Store.Events.LoadAsync(keys, Token);
        var changes = Changes(state.Executions[key], id, channel, DeliveryState.Pending, null);
        changes.Deliveries[0] = change?.Invoke(changes.Deliveries[0]) ?? changes.Deliveries[0];
        var handover = new DeliveryHandover(Signal, _ => { });
        var claims = handover.Begin();
        claims.Make(changes);
        if (await claims.FollowAsync(commit is null ? StoreAsync : () => commit(StoreAsync)))
            handover.Committed(changes);
        return changes.Deliveries[0];

        Task<bool> StoreAsync() => Store.Events.TryCommitAsync(changes, Token);
    }

    public async Task<DeliveryRecord> GetAsync(string id) => (await Store.Deliveries.GetAsync(id, Token))!;

    /// <summary>Moves the clock in steps until the delivery is in a state.</summary>
    public async Task<DeliveryRecord> UntilAsync(string id, DeliveryState state, double secondsPerStep = 0)
    {
        await UntilAsync(async () => (await GetAsync(id)).State == state, $"{id} {state}", secondsPerStep);
        return await GetAsync(id);
    }

    public Task UntilAsync(Func<Task<bool>> condition, string what, double secondsPerStep = 0) =>
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

    /// <summary>Waits until the destination's worker has nothing under way: what was sent is recorded, and its room is free again.</summary>
    public Task RestsAsync(string destination) =>
        UntilAsync(() => Task.FromResult(Signal.WorkerOf(destination)?.IsIdle(TimeSpan.Zero) == true), $"rest at {destination}");

    /// <summary>Closes the store under the engines and opens it again, as a killed process's successor would find it.</summary>
    public async Task CrashAsync()
    {
        await Store.DisposeAsync();
        Store = open();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var notifier in notifiers.Values)
            notifier.Always(new DeliveryResult.Delivered());
        await using var clock = new Timer(_ => Time.Advance(TimeSpan.FromSeconds(1)), null, 0, 5);
        foreach (var engine in engines)
            await engine.DisposeAsync();
        await Store.DisposeAsync();
        Metrics.Dispose();
        directory.Dispose();
    }

    private SqliteStore OpenSqlite() => SqliteStore.Open(new SqliteOptions { File = directory.File("t.db") }, Time);

    private Channel ChannelOf(string name, ScriptedNotifier notifier) =>
        new(name, notifier, Template.Parse("{{ name }} {{ phase }}"), Template.Parse("<b>{{ error }}</b>"), BodyFormat.Html, Limits);

    private async Task<ExecutionKey> CreateExecutionAsync(Action<ExecutionClosure>? shape)
    {
        var key = new ExecutionKey(
            "flytesnacks",
            "development",
            "e" + Interlocked.Increment(ref executions).ToString(CultureInfo.InvariantCulture)
        );
        var closure = new ExecutionClosure
        {
            Phase = WorkflowPhase.Failed,
            StartedAt = Time.GetUtcNow().AddMinutes(-2).ToTimestamp(),
            WorkflowId = new EntityKey("flytesnacks", "development", "train", "v1").ToIdentifier(ResourceType.Workflow),
            Notifications =
            {
                new Notification
                {
                    Phases = { WorkflowPhase.Failed },
                    Email = new EmailNotification { RecipientsEmail = { "ann@example.com" } },
                },
            },
        };
        shape?.Invoke(closure);
        var spec = new ExecutionSpec
        {
            LaunchPlan = new EntityKey("flytesnacks", "development", "nightly", "v2").ToIdentifier(ResourceType.LaunchPlan),
            Labels = new Labels { Values = { ["team"] = "ml" } },
        };
        var created = new NewExecution
        {
            Key = key,
            Spec = spec.ToByteArray(),
            Inputs = [],
            Closure = closure.ToByteArray(),
            Phase = closure.Phase,
            CreatedAt = Time.GetUtcNow(),
            LaunchPlan = EntityKey.From(spec.LaunchPlan),
            LaunchEntity = "launch_plan",
            Workflow = EntityKey.From(closure.WorkflowId),
            User = "",
            Mode = 0,
            Source = NotificationSource.LaunchPlan,
        };
        Assert.True(await Store.Executions.CreateAsync(created, Token));
        return key;
    }

    private BatchChanges Changes(ExecutionRow row, string id, string channel, DeliveryState state, byte[]? eventBytes)
    {
        var request = new WorkflowExecutionEventRequest
        {
            Event = new WorkflowExecutionEvent
            {
                ExecutionId = row.Key.ToIdentifier(),
                Phase = WorkflowPhase.Failed,
                OccurredAt = Time.GetUtcNow().ToTimestamp(),
                Error = new ExecutionError
                {
                    Code = "USER:Boom",
                    Message = "a < b",
                    Kind = ExecutionError.Types.ErrorKind.User,
                },
            },
        };
        var record = new EventRecord
        {
            Id = Guid.CreateVersion7(),
            ExecutionId = row.Id,
            Shard = row.Key.Shard,
            Kind = EventKind.Workflow,
            Phase = (int)WorkflowPhase.Failed,
            Sequence = ++row.LastSequence,
            OccurredAt = Time.GetUtcNow(),
            ReceivedAt = Time.GetUtcNow(),
            Request = eventBytes ?? request.ToByteArray(),
        };
        var delivery = new NewDelivery
        {
            DeliveryId = id,
            Event = record,
            Notification = 0,
            Channel = channel,
            Target = "ann@example.com",
            Address = "ann@example.com",
            Destination = channel,
            State = state,
            Reason = state == DeliveryState.Suppressed ? DeliveryReason.NotificationsOff : DeliveryReason.Ok,
            CreatedAt = Time.GetUtcNow(),
        };
        return new BatchChanges
        {
            Events = { record },
            Executions = { row },
            Deliveries = { delivery },
        };
    }
}
