using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.V1;

namespace Transponder.Core.Events.Changes;

/// <summary>What the log keeps of executions' changes.</summary>
public static class ExecutionChanges
{
    private const string TaskEntity = "task";

    /// <summary>An execution was created: the first entry of its own, with sequence 0.</summary>
    /// <param name="executionId">The store's number of it.</param>
    /// <param name="execution">The execution.</param>
    public static EventRecord Created(long executionId, NewExecution execution)
    {
        ArgumentNullException.ThrowIfNull(execution);
        var spec = ExecutionSpec.Parser.ParseFrom(execution.Spec);
        var told = new ExecutionCreated
        {
            Execution = execution.Key.ToIdentifier(),
            Launched = execution.LaunchPlan.ToIdentifier(
                execution.LaunchEntity == TaskEntity ? ResourceType.Task : ResourceType.LaunchPlan
            ),
            Workflow = execution.Workflow.ToIdentifier(ResourceType.Workflow),
            Principal = execution.User,
            Mode = (ExecutionMetadata.Types.ExecutionMode)execution.Mode,
            Labels = { spec.Labels?.Values ?? [] },
            Tags = { spec.Tags },
            CreatedAt = Timestamp.FromDateTimeOffset(execution.CreatedAt),
        };
        return new EventRecord
        {
            Id = Guid.CreateVersion7(execution.CreatedAt),
            ExecutionId = executionId,
            Shard = execution.Key.Shard,
            Kind = EventKind.ExecutionCreated,
            Phase = (int)Change.Created,
            Sequence = 0,
            OccurredAt = execution.CreatedAt,
            ReceivedAt = execution.CreatedAt,
            Request = told.ToByteArray(),
        };
    }

    /// <summary>What is told of an execution whose end was asked for.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="abort">Why, and who asked.</param>
    /// <param name="previous">The phase that it was in.</param>
    /// <param name="now">When.</param>
    public static ReadOnlyMemory<byte> Aborted(ExecutionKey execution, AbortMetadata abort, WorkflowPhase previous, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(abort);
        return new ExecutionAborted
        {
            Execution = execution.ToIdentifier(),
            Cause = abort.Cause,
            Principal = abort.Principal,
            PreviousPhase = previous,
            AbortedAt = Timestamp.FromDateTimeOffset(now),
        }.ToByteArray();
    }
}
