using Transponder.Server.Commands.Terminal;
using Transponder.V1;
using Kind = Transponder.V1.Event.Types.Kind;

namespace Transponder.Server.Commands.Events;

/// <summary>What is said of an event on one line.</summary>
internal static class EventWords
{
    public static string Subject(Event one) =>
        one.Kind switch
        {
            Kind.Workflow => "workflow",
            Kind.Node => $"node {one.NodeId}",
            Kind.ExecutionCreated or Kind.ExecutionAborted => "execution",
            Kind.LaunchPlan => $"launch plan {one.Entity?.Version}",
            Kind.WorkflowRegistered => $"workflow {one.Entity?.Version}",
            Kind.Project => "project",
            Kind.Notification => "notification",
            _ => one.RetryAttempt > 0 ? $"task {one.NodeId} try {one.RetryAttempt + 1}" : $"task {one.NodeId}",
        };

    /// <summary>The execution, or the entity that changed.</summary>
    public static string Owner(Event one) =>
        one switch
        {
            { Execution: { } execution } => ExecutionName.Text(execution),
            { Entity: { Name.Length: > 0 } entity } => $"{entity.Project}/{entity.Domain}/{entity.Name}",
            _ => one.Entity?.Project ?? "",
        };

    public static string Phase(Event one) => one.PhaseVersion > 0 ? $"{one.Phase} v{one.PhaseVersion}" : one.Phase;

    public static Cell Error(Event one) => one.Error is { } error ? new Cell($"{error.Code} {error.Message}".Trim(), Ink.Bad) : "";
}
