using Transponder.Core.Executions;

namespace Transponder.Core.Events;

/// <summary>An accepted event on its way into the log. The store gives it its position when the batch is written.</summary>
public sealed class EventRecord
{
    /// <summary>Unique and stable for the life of the event: a UUIDv7, assigned when the batch is decided and stored with the event.</summary>
    public required Guid Id { get; init; }

    /// <summary>The store's own number of the execution; for an entry of none, <see cref="NumberOf"/> its scope.</summary>
    public required long ExecutionId { get; init; }

    /// <summary>What an entry of no execution belongs to, as project, domain and name; null when it belongs to an execution.</summary>
    public ExecutionKey? Scope { get; init; }

    /// <summary>The shard of the log: the execution's, or the scope's.</summary>
    public required int Shard { get; init; }

    /// <summary>What the event tells of.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>The number of the phase, in the enumeration of its kind.</summary>
    public required int Phase { get; init; }

    /// <summary>The event's place among its execution's events, from 1, without gaps; 0 where it has none.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the producer says that it happened.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>When the server received it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The request's bytes as received (<c>flyteidl.admin.*ExecutionEventRequest</c>), or a message of <c>transponder/v1/changes.proto</c>.</summary>
    public required ReadOnlyMemory<byte> Request { get; init; }

    /// <summary>The span of its commit, for the deliveries that it causes; null when nobody records it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The commit-ordered position in the log; set by the store.</summary>
    public long Position { get; set; }

    /// <summary>What stands for an execution's number in entries of none: negative, and the same for all entries of one scope.</summary>
    /// <param name="scope">What they belong to.</param>
    public static long NumberOf(ExecutionKey scope) => -1 - (long)(scope.StableHash() >> 1);
}

/// <summary>An event as read from the log.</summary>
/// <param name="Position">The commit-ordered position; grows, with gaps.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Execution">The execution, or what an entry of none belongs to.</param>
/// <param name="Kind">What it tells of.</param>
/// <param name="Phase">The number of the phase, in the enumeration of its kind.</param>
/// <param name="Sequence">Its place among its execution's events; 0 where it has none, and for the execution's creation.</param>
/// <param name="OccurredAt">When the producer says that it happened.</param>
/// <param name="ReceivedAt">When the server received it.</param>
/// <param name="Request">The request's bytes as received, or the change as a message of <c>transponder/v1/changes.proto</c>.</param>
public sealed record LoggedEvent(
    long Position,
    Guid Id,
    ExecutionKey Execution,
    EventKind Kind,
    int Phase,
    long Sequence,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    byte[] Request
)
{
    /// <summary>The store's own number of the execution; negative when it is not one of an execution.</summary>
    public long ExecutionId { get; init; }

    /// <summary>The span of its commit, as W3C's traceparent; null when nobody recorded it.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What an event tells of. The numbers are stored.</summary>
public enum EventKind
{
    /// <summary>A workflow execution.</summary>
    Workflow = 1,

    /// <summary>A node execution.</summary>
    Node = 2,

    /// <summary>A task execution.</summary>
    Task = 3,

    /// <summary>An execution was created.</summary>
    ExecutionCreated = 4,

    /// <summary>Somebody asked for an execution's end.</summary>
    ExecutionAborted = 5,

    /// <summary>A version of a launch plan was created, activated or deactivated.</summary>
    LaunchPlan = 6,

    /// <summary>A version of a workflow was registered.</summary>
    WorkflowRegistered = 7,

    /// <summary>A project was registered or updated.</summary>
    Project = 8,

    /// <summary>A notification was delivered or given up.</summary>
    Notification = 9,
}
