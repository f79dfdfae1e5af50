using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Events;
using Transponder.Core.Executions;

namespace Transponder.Tests.Core.Egress.Formats;

/// <summary>Events of the log, as propeller's requests make them.</summary>
internal static class EgressSamples
{
    /// <summary>A failed execution's request, as known from Flyte's own libraries.</summary>
    public const string FailedRequest =
        "CgVyZXEtMRJTCiAKC2ZseXRlc25hY2tzEgtkZXZlbG9wbWVudCIEZTEyNBIJcHJvcGVsbGVyGAYiDAil+s2sBhCAjI2eAjIUCglVU0VSOkJvb20SBXVoLW9oIAE=";

    public const string FailedJson =
        """{"requestId":"req-1","event":{"executionId":{"project":"flytesnacks","domain":"development","name":"e124"},"producerId":"propeller","phase":"FAILED","occurredAt":"2024-01-02T03:04:05.600Z","error":{"code":"USER:Boom","message":"uh-oh","kind":"USER"}}}""";

    public const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public static readonly DateTimeOffset Moment = new(2024, 1, 2, 3, 4, 5, 600, TimeSpan.Zero);

    public static LoggedEvent Failed { get; } =
        Log(
            new ExecutionKey("flytesnacks", "development", "e124"),
            EventKind.Workflow,
            (int)WorkflowPhase.Failed,
            7,
            Convert.FromBase64String(FailedRequest)
        );

    public static LoggedEvent Workflow(ExecutionKey execution, WorkflowPhase phase, long sequence = 1) =>
        Log(
            execution,
            EventKind.Workflow,
            (int)phase,
            sequence,
            new WorkflowExecutionEventRequest
            {
                RequestId = "r",
                Event = new WorkflowExecutionEvent
                {
                    ExecutionId = execution.ToIdentifier(),
                    Phase = phase,
                    OccurredAt = Moment.ToTimestamp(),
                },
            }.ToByteArray()
        );

    public static LoggedEvent Node(ExecutionKey execution, NodePhase phase, long sequence = 2, string node = "n0") =>
        Log(
            execution,
            EventKind.Node,
            (int)phase,
            sequence,
            new NodeExecutionEventRequest
            {
                RequestId = "r",
                Event = new NodeExecutionEvent
                {
                    Id = new NodeExecutionIdentifier { NodeId = node, ExecutionId = execution.ToIdentifier() },
                    ProducerId = "propeller",
                    Phase = phase,
                    OccurredAt = Moment.ToTimestamp(),
                    InputUri =
                        $"s3://bucket/metadata/propeller/{execution.Project}-{execution.Domain}-{execution.Name}/{node}/data/inputs.pb",
                    RetryGroup = "0",
                    SpecNodeId = node,
                    NodeName = "workflows.example.say_hello",
                    EventVersion = 1,
                    TaskNodeMetadata = new Flyteidl.Event.TaskNodeMetadata
                    {
                        CacheStatus = CatalogCacheStatus.CacheMiss,
                        CheckpointUri = $"s3://bucket/checkpoints/{execution.Name}/{node}",
                    },
                    ReportedAt = Moment.AddMilliseconds(12).ToTimestamp(),
                },
            }.ToByteArray()
        );

    public static LoggedEvent TaskOf(
        ExecutionKey execution,
        TaskPhase phase,
        long sequence = 3,
        string node = "n0",
        uint attempt = 0,
        uint version = 0
    ) =>
        Log(
            execution,
            EventKind.Task,
            (int)phase,
            sequence,
            new TaskExecutionEventRequest
            {
                RequestId = "r",
                Event = new TaskExecutionEvent
                {
                    TaskId = new EntityKey(execution.Project, execution.Domain, "t", "v1").ToIdentifier(ResourceType.Task),
                    ParentNodeExecutionId = new NodeExecutionIdentifier { NodeId = node, ExecutionId = execution.ToIdentifier() },
                    RetryAttempt = attempt,
                    Phase = phase,
                    PhaseVersion = version,
                    OccurredAt = Moment.ToTimestamp(),
                },
            }.ToByteArray()
        );

    public static LoggedEvent Log(ExecutionKey execution, EventKind kind, int phase, long sequence, byte[] request) =>
        new(100 + sequence, Guid.CreateVersion7(Moment), execution, kind, phase, sequence, Moment, Moment.AddSeconds(1), request)
        {
            ExecutionId = 5,
        };
}
