using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>From what the store keeps of an execution and its event to what a message says about it.</summary>
/// <param name="consoleUrl">Where people can look at an execution; null = nowhere.</param>
internal sealed class ExecutionInfoFactory(string? consoleUrl)
{
    /// <summary>The values behind the tokens; throws when the stored bytes make no sense.</summary>
    public ExecutionInfo Create(ClaimedDelivery claim, ExecutionClosure closure)
    {
        var spec = ExecutionSpec.Parser.ParseFrom(claim.Spec);
        var request = WorkflowExecutionEventRequest.Parser.ParseFrom(claim.Event);
        var reported = request.Event;
        var error = reported.OutputResultCase == Flyteidl.Event.WorkflowExecutionEvent.OutputResultOneofCase.Error ? reported.Error : null;
        var abort = closure.OutputResultCase == ExecutionClosure.OutputResultOneofCase.AbortMetadata ? closure.AbortMetadata : null;
        var started = Moment(closure.StartedAt);
        var ended = Moment(reported.OccurredAt);
        return Minimal(claim, reported.Phase) with
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

    /// <summary>What is known without any of the stored messages.</summary>
    public ExecutionInfo Minimal(ClaimedDelivery claim, WorkflowPhase phase) =>
        new()
        {
            Project = claim.Execution.Project,
            Domain = claim.Execution.Domain,
            Name = claim.Execution.Name,
            Phase = PhaseName(phase),
            Cluster = NullIfEmpty(claim.Cluster),
            ConsoleUrl = consoleUrl
                ?.Replace("{project}", Uri.EscapeDataString(claim.Execution.Project), StringComparison.Ordinal)
                .Replace("{domain}", Uri.EscapeDataString(claim.Execution.Domain), StringComparison.Ordinal)
                .Replace("{name}", Uri.EscapeDataString(claim.Execution.Name), StringComparison.Ordinal),
        };

    private static string PhaseName(WorkflowPhase phase) =>
        phase == WorkflowPhase.TimedOut ? "timed_out" : phase.ToString().ToLowerInvariant();

    private static EntityInfo? Entity(Identifier? id) => id is null ? null : new EntityInfo(id.Project, id.Domain, id.Name, id.Version);

    private static DateTimeOffset? Moment(Timestamp? timestamp) => timestamp?.ToDateTimeOffset();

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
