using Flyteidl.Admin;
using Flyteidl.Event;
using Google.Protobuf;
using Transponder.Core.Events;
using Transponder.Core.Executions;

namespace Transponder.Core.Egress.Formats;

/// <summary>An event of the log, its request read.</summary>
internal sealed class Occurrence
{
    private readonly RequestFacts facts;
    private IMessage? request;

    private Occurrence(LoggedEvent logged, IMessage? request, in RequestFacts facts)
    {
        (Logged, this.request, this.facts) = (logged, request, facts);
        Names = FlyteNames.Of(logged.Kind);
        Execution = logged.Execution.ToString();
    }

    public LoggedEvent Logged { get; }

    /// <summary>The whole request.</summary>
    public IMessage Request => request ??= Names.Message.Parser.ParseFrom(Logged.Request);

    public KindNames Names { get; }

    /// <summary>The execution, <c>project/domain/name</c>.</summary>
    public string Execution { get; }

    // A store may keep moments less finely than the event tells them.
    public DateTimeOffset Time => facts.OccurredAt ?? Logged.OccurredAt;

    public int TimeNanos => facts.NanosBeyond;

    public WorkflowExecutionEvent? Workflow => (Request as WorkflowExecutionEventRequest)?.Event;

    public NodeExecutionEvent? Node => (Request as NodeExecutionEventRequest)?.Event;

    public TaskExecutionEvent? Task => (Request as TaskExecutionEventRequest)?.Event;

    /// <summary>The execution, its node, or the attempt of the node's task: the names from the project down, with slashes.</summary>
    public string Subject =>
        Logged.Kind switch
        {
            EventKind.Node => $"{Execution}/{facts.NodeId}",
            EventKind.Task => $"{Execution}/{facts.NodeId}/{facts.RetryAttempt}",
            _ => Execution,
        };

    /// <summary>With its request parsed.</summary>
    public static Occurrence Of(LoggedEvent logged)
    {
        var request = FlyteNames.Of(logged.Kind).Message.Parser.ParseFrom(logged.Request);
        return new(logged, request, RequestFacts.Of(request));
    }

    /// <summary>With its request parsed when somebody asks for it.</summary>
    public static Occurrence Unparsed(LoggedEvent logged) =>
        RequestFacts.TryRead(logged.Kind, logged.Request, out var facts) ? new(logged, null, facts) : Of(logged);

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
