using Flyteidl.Admin;
using Flyteidl.Event;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Events;
using Transponder.Core.Executions;

namespace Transponder.Core.Egress.Formats;

/// <summary>An event of the log, its request parsed.</summary>
internal sealed class Occurrence
{
    private const int NanosPerTick = 100;

    private Occurrence(LoggedEvent logged, IMessage request, Timestamp? time)
    {
        Logged = logged;
        Request = request;
        Names = FlyteNames.Of(logged.Kind);
        Execution = logged.Execution.ToString();
        // A store may keep moments less finely than the event tells them.
        Time = time?.ToDateTimeOffset() ?? logged.OccurredAt;
        TimeNanos = (time?.Nanos ?? 0) % NanosPerTick;
    }

    public LoggedEvent Logged { get; }

    /// <summary>The whole request.</summary>
    public IMessage Request { get; }

    public KindNames Names { get; }

    /// <summary>The execution, <c>project/domain/name</c>.</summary>
    public string Execution { get; }

    public DateTimeOffset Time { get; }

    public int TimeNanos { get; }

    public WorkflowExecutionEvent? Workflow => (Request as WorkflowExecutionEventRequest)?.Event;

    public NodeExecutionEvent? Node => (Request as NodeExecutionEventRequest)?.Event;

    public TaskExecutionEvent? Task => (Request as TaskExecutionEventRequest)?.Event;

    /// <summary>The execution, its node, or the attempt of the node's task: the names from the project down, with slashes.</summary>
    public string Subject =>
        Request switch
        {
            NodeExecutionEventRequest node => $"{Execution}/{node.Event?.Id?.NodeId}",
            TaskExecutionEventRequest task => $"{Execution}/{task.Event?.ParentNodeExecutionId?.NodeId}/{task.Event?.RetryAttempt}",
            _ => Execution,
        };

    public static Occurrence Of(LoggedEvent logged)
    {
        switch (logged.Kind)
        {
            case EventKind.Workflow:
                var workflow = WorkflowExecutionEventRequest.Parser.ParseFrom(logged.Request);
                return new(logged, workflow, workflow.Event?.OccurredAt);
            case EventKind.Node:
                var node = NodeExecutionEventRequest.Parser.ParseFrom(logged.Request);
                return new(logged, node, node.Event?.OccurredAt);
            case EventKind.Task:
                var task = TaskExecutionEventRequest.Parser.ParseFrom(logged.Request);
                return new(logged, task, task.Event?.OccurredAt);
            default:
                throw new ArgumentOutOfRangeException(nameof(logged), logged.Kind, null);
        }
    }

    /// <summary>FlyteAdmin's id of the event, which repeats: a task's says nothing of the execution.</summary>
    public string FlyteId() =>
        Request switch
        {
            WorkflowExecutionEventRequest { Event: { } e } => $"{FlyteText.Of(e.ExecutionId)}.{e.Phase.ToText()}",
            NodeExecutionEventRequest { Event: { } e } => $"{FlyteText.Of(e.Id)}.{e.Phase.ToText()}",
            TaskExecutionEventRequest { Event: { } e } => $"{FlyteText.Of(e.TaskId)}.{e.Phase.ToText()}",
            _ => "",
        };
}
