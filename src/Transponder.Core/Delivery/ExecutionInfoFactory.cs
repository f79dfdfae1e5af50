using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>From what the store keeps of an execution and its event to what a message says about it.</summary>
/// <param name="consoleUrl">Where people can look at an execution; null = nowhere.</param>
internal sealed class ExecutionInfoFactory(string? consoleUrl)
{
    /// <summary>The values behind the tokens; throws when the stored bytes make no sense.</summary>
    public ExecutionInfo Create(ClaimedDelivery claim, ExecutionClosure closure)
    {
        var reported = WorkflowExecutionEventRequest.Parser.ParseFrom(claim.Event).Event;
        var error = reported.OutputResultCase == Flyteidl.Event.WorkflowExecutionEvent.OutputResultOneofCase.Error ? reported.Error : null;
        return Fill(
            Minimal(claim, reported.Phase),
            ExecutionSpec.Parser.ParseFrom(claim.Spec),
            closure,
            error,
            Moment(reported.OccurredAt)
        );
    }

    /// <summary>What a task's message says of its execution; throws when the stored bytes make no sense.</summary>
    public ExecutionInfo Create(ClaimedDelivery claim, ExecutionClosure closure, Transponder.V1.MessageContent content)
    {
        var info = Fill(Minimal(claim, closure.Phase), ExecutionSpec.Parser.ParseFrom(claim.Spec), closure, null, null);
        return info with
        {
            Task = content.Task is { Name.Length: > 0 } task
                ? new EntityInfo(
                    task.Project.Length > 0 ? task.Project : info.Project,
                    task.Domain.Length > 0 ? task.Domain : info.Domain,
                    task.Name,
                    task.Version
                )
                : null,
            Attempt = content.HasAttempt ? (int)content.Attempt : null,
        };
    }

    /// <summary>The values behind the tokens for an execution as it stands now; throws when the stored bytes make no sense.</summary>
    public ExecutionInfo Create(ExecutionRecord record)
    {
        var closure = ExecutionClosure.Parser.ParseFrom(record.Closure);
        var error = closure.OutputResultCase == ExecutionClosure.OutputResultOneofCase.Error ? closure.Error : null;
        var ended =
            Moment(closure.StartedAt) is { } started && closure.Duration is { } ran ? started + ran.ToTimeSpan() : (DateTimeOffset?)null;
        var info = Minimal(record.Key, record.Cluster, record.Phase);
        return Fill(info, ExecutionSpec.Parser.ParseFrom(record.Spec), closure, error, ended);
    }

    /// <summary>What is known without any of the stored messages.</summary>
    public ExecutionInfo Minimal(ClaimedDelivery claim, WorkflowPhase phase) => Minimal(claim.Execution, claim.Cluster, phase);

    private ExecutionInfo Minimal(ExecutionKey execution, string cluster, WorkflowPhase phase) =>
        new()
        {
            Project = execution.Project,
            Domain = execution.Domain,
            Name = execution.Name,
            Phase = PhaseName(phase),
            Cluster = NullIfEmpty(cluster),
            ConsoleUrl = consoleUrl
                ?.Replace("{project}", Uri.EscapeDataString(execution.Project), StringComparison.Ordinal)
                .Replace("{domain}", Uri.EscapeDataString(execution.Domain), StringComparison.Ordinal)
                .Replace("{name}", Uri.EscapeDataString(execution.Name), StringComparison.Ordinal),
        };

    private static ExecutionInfo Fill(
        ExecutionInfo info,
        ExecutionSpec spec,
        ExecutionClosure closure,
        ExecutionError? error,
        DateTimeOffset? ended
    )
    {
        var abort = closure.OutputResultCase == ExecutionClosure.OutputResultOneofCase.AbortMetadata ? closure.AbortMetadata : null;
        var started = Moment(closure.StartedAt);
        return info with
        {
            Workflow = Entity(closure.WorkflowId),
            LaunchPlan = Entity(spec.LaunchPlan),
            ErrorMessage = error?.Message,
            ErrorCode = NullIfEmpty(error?.Code),
            ErrorKind = error?.Kind.ToString().ToLowerInvariant(),
            StartedAt = started,
            EndedAt = ended,
            Duration = ended - started,
            AbortCause = NullIfEmpty(abort?.Cause),
            AbortPrincipal = NullIfEmpty(abort?.Principal),
            Labels = spec.Labels?.Values is { Count: > 0 } labels ? new Dictionary<string, string>(labels) : [],
        };
    }

    public static string PhaseName(WorkflowPhase phase) =>
        phase == WorkflowPhase.TimedOut ? "timed_out" : phase.ToString().ToLowerInvariant();

    private static EntityInfo? Entity(Identifier? id) => id is null ? null : new EntityInfo(id.Project, id.Domain, id.Name, id.Version);

    private static DateTimeOffset? Moment(Timestamp? timestamp) => timestamp?.ToDateTimeOffset();

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
