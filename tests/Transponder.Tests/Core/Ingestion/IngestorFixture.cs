using System.Collections.Concurrent;
using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Ingestion;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;
using Notifier = Transponder.Notifiers.Notifier;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Ingestion;

/// <summary>An ingestor over a store of its own, and events in propeller's shape.</summary>
internal sealed class IngestorFixture : IAsyncDisposable
{
    public static readonly ExecutionKey Key = new("flytesnacks", "development", "e1");
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TempDirectory directory = new();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    private IngestorFixture()
    {
        Time = new FakeTimeProvider(Start.AddHours(1));
        Options = new IngestionOptions { MaxInlineBytes = 1000 };
        Store = SqliteStore.Open(new SqliteOptions { File = Path.Combine(directory.Path, "t.db") }, TimeProvider.System);
        var addresses = new AddressBook(new Dictionary<string, Notifier>(), new Dictionary<string, IReadOnlyList<string>>(), _ => null);
        Ingestor = new Ingestor(
            Store,
            new NotificationRouter(addresses, enabled: true),
            Options,
            new DeliveryHandover(Signal, made => made.ToList().ForEach(Committed.Enqueue)),
            Time,
            NullLogger<Ingestor>.Instance
        );
    }

    public FakeTimeProvider Time { get; }

    public IngestionOptions Options { get; }

    public IStore Store { get; }

    public Ingestor Ingestor { get; }

    /// <summary>What the committers have stored; each has a thread of its own.</summary>
    public ConcurrentQueue<NewDelivery> Committed { get; } = [];

    public DeliverySignal Signal { get; } = new();

    public static async Task<IngestorFixture> CreateAsync(params IReadOnlyList<Notification> notifications)
    {
        var fixture = new IngestorFixture();
        await fixture.Store.MigrateAsync(Token);
        await fixture.AddExecutionAsync(Key, notifications);
        return fixture;
    }

    public static Notification Email(WorkflowPhase phase, params IEnumerable<string> addresses)
    {
        var notification = new Notification { Email = new EmailNotification(), Phases = { phase } };
        notification.Email.RecipientsEmail.AddRange(addresses);
        return notification;
    }

    public async Task AddExecutionAsync(ExecutionKey key, params IReadOnlyList<Notification> notifications)
    {
        var closure = new ExecutionClosure { CreatedAt = Timestamp.FromDateTimeOffset(Start) };
        closure.Notifications.AddRange(notifications);
        var plan = new EntityKey(key.Project, key.Domain, "lp", "v1");
        Assert.True(
            await Store.Executions.CreateAsync(
                new NewExecution
                {
                    Key = key,
                    Spec = new ExecutionSpec { LaunchPlan = plan.ToIdentifier(ResourceType.LaunchPlan) }.ToByteArray(),
                    Inputs = [],
                    Closure = closure.ToByteArray(),
                    CreatedAt = Start,
                    LaunchPlan = plan,
                    LaunchEntity = "launch_plan",
                    Workflow = new EntityKey(key.Project, key.Domain, "wf", "v1"),
                    User = "",
                    Mode = 0,
                    Source = NotificationSource.LaunchPlan,
                },
                Token
            )
        );
    }

    public static WorkflowExecutionEventRequest Workflow(
        WorkflowPhase phase,
        int second = 0,
        string producer = "propeller",
        ExecutionKey? key = null
    ) =>
        new()
        {
            Event = new()
            {
                ExecutionId = (key ?? Key).ToIdentifier(),
                Phase = phase,
                ProducerId = producer,
                OccurredAt = Timestamp.FromDateTimeOffset(Start.AddSeconds(second)),
            },
        };

    public static NodeExecutionEventRequest Node(
        NodePhase phase,
        int second = 0,
        string node = "n0",
        string producer = "propeller",
        ExecutionKey? key = null
    ) =>
        new()
        {
            Event = new()
            {
                Id = new NodeExecutionIdentifier { ExecutionId = (key ?? Key).ToIdentifier(), NodeId = node },
                Phase = phase,
                ProducerId = producer,
                OccurredAt = Timestamp.FromDateTimeOffset(Start.AddSeconds(second)),
            },
        };

    public static TaskExecutionEventRequest TaskEvent(
        TaskPhase phase,
        int second = 0,
        uint version = 0,
        uint attempt = 0,
        string node = "n0",
        string producer = "propeller"
    ) =>
        new()
        {
            Event = new()
            {
                TaskId = new EntityKey(Key.Project, Key.Domain, "task", "v1").ToIdentifier(ResourceType.Task),
                ParentNodeExecutionId = new NodeExecutionIdentifier { ExecutionId = Key.ToIdentifier(), NodeId = node },
                RetryAttempt = attempt,
                Phase = phase,
                PhaseVersion = version,
                ProducerId = producer,
                OccurredAt = Timestamp.FromDateTimeOffset(Start.AddSeconds(second)),
            },
        };

    public async Task<RpcException?> SendAsync(IMessage request) =>
        request switch
        {
            WorkflowExecutionEventRequest workflow => await Ingestor.SubmitWorkflowAsync(workflow, default, Token),
            NodeExecutionEventRequest node => await Ingestor.SubmitNodeAsync(node, default, Token),
            TaskExecutionEventRequest task => await Ingestor.SubmitTaskAsync(task, default, Token),
            _ => throw new ArgumentException("no event", nameof(request)),
        };

    /// <summary>Sends events that must all be accepted.</summary>
    public async Task AcceptAsync(params IReadOnlyList<IMessage> requests)
    {
        foreach (var request in requests)
            Assert.Null(await SendAsync(request));
    }

    public async Task<ExecutionClosure> ClosureAsync() =>
        ExecutionClosure.Parser.ParseFrom((await Store.Executions.GetAsync(Key, Token))!.Closure);

    public async ValueTask DisposeAsync()
    {
        await Ingestor.DisposeAsync();
        await Store.DisposeAsync();
        directory.Dispose();
    }
}
