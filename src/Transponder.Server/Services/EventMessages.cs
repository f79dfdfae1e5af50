using System.Diagnostics.CodeAnalysis;
using Flyteidl.Admin;
using Flyteidl.Event;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.V1;
using Kind = Transponder.V1.Event.Types.Kind;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using TaskPhase = Flyteidl.Core.TaskExecution.Types.Phase;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Services;

/// <summary>Between the log's records and the API's messages.</summary>
internal static class EventMessages
{
    public static EventSearch Search(ListEventsRequest request)
    {
        return Search(request.Filter ?? new EventFilter()) with
        {
            After = Position(request.After),
            Descending = request.NewestFirst,
            Limit = (int)Math.Min(request.Limit, EventLog.LargestPage),
            Token = request.Token,
        };
    }

    public static EventSearch Search(EventFilter filter)
    {
        if (filter.Name.Length > 0 && (filter.Project.Length == 0 || filter.Domain.Length == 0))
            throw new RpcException(StatusCode.InvalidArgument, "filter.name needs filter.project and filter.domain too");
        return new EventSearch
        {
            Execution = filter.Name.Length > 0 ? new ExecutionKey(filter.Project, filter.Domain, filter.Name) : null,
            Project = filter.Project.Length > 0 ? filter.Project : null,
            Domain = filter.Domain.Length > 0 ? filter.Domain : null,
            Phases = Phases(filter),
            Since = Moment(filter.Since, "filter.since"),
            Before = Moment(filter.Until, "filter.until"),
        };
    }

    public static long Position(long after) =>
        after >= 0 ? after : throw new RpcException(StatusCode.InvalidArgument, "after must not be negative");

    public static Event From(LoggedEvent logged, bool withRequest)
    {
        var message = new Event
        {
            Position = logged.Position,
            Id = logged.Id.ToString(),
            Kind = (Kind)(int)logged.Kind,
            Phase = PhaseName(logged.Kind, logged.Phase),
            Execution = logged.Kind.IsOfCatalog() ? null : logged.Execution.ToIdentifier(),
            OccurredAt = logged.OccurredAt.ToTimestamp(),
            ReceivedAt = logged.ReceivedAt.ToTimestamp(),
            Sequence = logged.Sequence,
        };
        if (withRequest)
            message.Request = ByteString.CopyFrom(logged.Request);
        switch (logged.Kind)
        {
            case EventKind.Workflow when TryParse(WorkflowExecutionEventRequest.Parser, logged.Request, out var request):
                message.ProducerId = request.Event.ProducerId;
                message.Error =
                    request.Event.OutputResultCase == WorkflowExecutionEvent.OutputResultOneofCase.Error ? request.Event.Error : null;
                break;
            case EventKind.Node when TryParse(NodeExecutionEventRequest.Parser, logged.Request, out var request):
                Fill(message, request.Event);
                break;
            case EventKind.Task when TryParse(TaskExecutionEventRequest.Parser, logged.Request, out var request):
                Fill(message, request.Event);
                break;
            case EventKind.LaunchPlan when TryParse(LaunchPlanChanged.Parser, logged.Request, out var change):
                message.Entity = change.LaunchPlan;
                break;
            case EventKind.WorkflowRegistered when TryParse(WorkflowRegistered.Parser, logged.Request, out var change):
                message.Entity = change.Workflow;
                break;
            case EventKind.Project:
                message.Entity = new Flyteidl.Core.Identifier { Project = logged.Execution.Project };
                break;
            default:
                break;
        }

        return message;
    }

    private static void Fill(Event message, NodeExecutionEvent occurrence)
    {
        message.NodeId = occurrence.Id.NodeId;
        message.ParentNodeId = occurrence.ParentNodeMetadata?.NodeId ?? "";
        message.ProducerId = occurrence.ProducerId;
        message.Error = occurrence.OutputResultCase == NodeExecutionEvent.OutputResultOneofCase.Error ? occurrence.Error : null;
    }

    private static void Fill(Event message, TaskExecutionEvent occurrence)
    {
        message.NodeId = occurrence.ParentNodeExecutionId.NodeId;
        message.Task = occurrence.TaskId;
        message.RetryAttempt = occurrence.RetryAttempt;
        message.PhaseVersion = occurrence.PhaseVersion;
        message.ProducerId = occurrence.ProducerId;
        message.Error = occurrence.OutputResultCase == TaskExecutionEvent.OutputResultOneofCase.Error ? occurrence.Error : null;
    }

    // What was accepted parses; a log that was written by something else must still be listed.
    private static bool TryParse<T>(MessageParser<T> parser, byte[] bytes, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }

    private static string PhaseName(EventKind kind, int phase) =>
        kind switch
        {
            EventKind.Workflow => ((WorkflowPhase)phase).ToText(),
            EventKind.Node => ((NodePhase)phase).ToText(),
            EventKind.Task => ((TaskPhase)phase).ToText(),
            _ => ((Change)phase).ToText(),
        };

    private static List<(EventKind, int)>? Phases(EventFilter filter)
    {
        if (filter.Kinds.Count == 0 && filter.Phases.Count == 0)
            return null;
        var all =
            from kind in filter.Kinds.Count == 0
                ? [EventKind.Workflow, EventKind.Node, EventKind.Task]
                : filter.Kinds.Select(Known).Distinct()
            from number in ChangeKinds.PhasesOf(kind)
            select (Kind: kind, Number: number, Name: PhaseName(kind, number));
        var known = all.ToList();
        foreach (var name in filter.Phases)
        {
            if (!known.Exists(one => IsNamed(one.Name, name)))
                throw new RpcException(
                    StatusCode.InvalidArgument,
                    $"phase {name} is unknown; known: {string.Join(", ", known.Select(one => one.Name).Distinct().Order(StringComparer.Ordinal))}"
                );
        }

        return
        [
            .. known
                .Where(one => filter.Phases.Count == 0 || filter.Phases.Any(name => IsNamed(one.Name, name)))
                .Select(one => (one.Kind, one.Number)),
        ];
    }

    private static bool IsNamed(string phase, string asked) => phase.Equals(asked, StringComparison.OrdinalIgnoreCase);

    private static EventKind Known(Kind kind) =>
        kind != Kind.Unspecified && System.Enum.IsDefined(kind)
            ? (EventKind)(int)kind
            : throw new RpcException(StatusCode.InvalidArgument, $"kind {(int)kind} is unknown");

    private static DateTimeOffset? Moment(Timestamp? timestamp, string field)
    {
        try
        {
            return timestamp?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"{field} is not a moment between the years 1 and 9999");
        }
    }
}
