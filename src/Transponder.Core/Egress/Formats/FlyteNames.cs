using Flyteidl.Admin;
using Google.Protobuf.Reflection;
using Transponder.Core.Events;

namespace Transponder.Core.Egress.Formats;

/// <summary>What FlyteAdmin and its documentation call things in events.</summary>
internal static class FlyteNames
{
    public const string Source = "https://github.com/flyteorg/flyte/flyteadmin";

    /// <summary>One schema for all kinds of v1, as FlyteAdmin has it.</summary>
    public const string JsonSchemaUrl = "https://github.com/flyteorg/flyteidl/blob/v0.24.14/jsonschema/workflow_execution.json";

    public const string DocumentedSource = "https://github.ghproxy.top/flyteorg/flyteadmin";

    public const string DocumentedSchemaUrl = "https://github.ghproxy.top/flyteorg/flyteidl/blob/master/jsonschema/workflow_execution.json";

    private const string Prefix = "com.flyte.resource.";
    private const string Schemas = "https://github.com/flyteorg/flyte/blob/v1.16.5/flyteidl/protos/flyteidl/";

    /// <summary>A kind's names.</summary>
    public static KindNames Of(EventKind kind) =>
        kind switch
        {
            EventKind.Workflow => Workflow,
            EventKind.Node => Node,
            EventKind.Task => Task,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    public static WrapperNames Start { get; } = Wrapper("ExecutionStart");

    private static KindNames Workflow { get; } = Kind("workflow", "WorkflowExecution", WorkflowExecutionEventRequest.Descriptor);

    private static KindNames Node { get; } = Kind("node", "NodeExecution", NodeExecutionEventRequest.Descriptor);

    private static KindNames Task { get; } = Kind("task", "TaskExecution", TaskExecutionEventRequest.Descriptor);

    private static KindNames Kind(string word, string entity, MessageDescriptor message)
    {
        var request = $"{entity}EventRequest";
        return new KindNames(
            Message: message,
            Request: $"flyteidl.admin.{request}",
            Type: $"{Prefix}flyteidl.admin.{request}",
            Schema: $"{Schemas}admin/event.proto#{request}",
            Wrapper: Wrapper(entity),
            Documented: $"admin_event_pb2.{request}",
            DocumentedType: Prefix + word
        );
    }

    private static WrapperNames Wrapper(string entity) =>
        new($"cloudevents.{entity}", $"{Prefix}cloudevents.{entity}", $"{Schemas}event/cloudevents.proto#CloudEvent{entity}");
}

/// <summary>The names of one kind of event.</summary>
/// <param name="Message">The message that it came in.</param>
/// <param name="Request">That message's name.</param>
/// <param name="Type">Its type in v1.</param>
/// <param name="Schema">Where that message is described.</param>
/// <param name="Wrapper">Its names in v2.</param>
/// <param name="Documented">The message's name in Flyte's documentation.</param>
/// <param name="DocumentedType">Its type there.</param>
internal sealed record KindNames(
    MessageDescriptor Message,
    string Request,
    string Type,
    string Schema,
    WrapperNames Wrapper,
    string Documented,
    string DocumentedType
);

/// <summary>The names of one kind of event in v2.</summary>
/// <param name="Subject">What FlyteAdmin calls it towards the transport.</param>
/// <param name="Type">Its type.</param>
/// <param name="Schema">Where its message is described.</param>
internal sealed record WrapperNames(string Subject, string Type, string Schema);
