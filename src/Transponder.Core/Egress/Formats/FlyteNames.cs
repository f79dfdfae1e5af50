using Transponder.Core.Events;

namespace Transponder.Core.Egress.Formats;

/// <summary>What FlyteAdmin and its documentation call things in events.</summary>
internal static class FlyteNames
{
    public const string Source = "https://github.com/flyteorg/flyte/flyteadmin";

    public const string JsonSchemaUrl = "https://github.com/flyteorg/flyteidl/blob/v0.24.14/jsonschema/workflow_execution.json";

    /// <summary>The message that an event came in.</summary>
    public static string Request(EventKind kind) =>
        kind switch
        {
            EventKind.Workflow => "flyteidl.admin.WorkflowExecutionEventRequest",
            EventKind.Node => "flyteidl.admin.NodeExecutionEventRequest",
            EventKind.Task => "flyteidl.admin.TaskExecutionEventRequest",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
}
