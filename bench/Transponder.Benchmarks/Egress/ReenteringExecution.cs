using Google.Protobuf;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using TaskPhase = Flyteidl.Core.TaskExecution.Types.Phase;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Benchmarks.Egress;

/// <summary>An execution whose node goes back to phases that it has left, with an attempt for each time, and versions of an attempt's phase.</summary>
internal static class ReenteringExecution
{
    private const string NodeId = "n0";
    private const int Rounds = 3;
    private const int Versions = 3;

    public static IEnumerable<IMessage> Events(string name)
    {
        var made = 0;
        yield return Workload.Workflow(name, WorkflowPhase.Running);
        for (uint attempt = 0; attempt < Rounds; attempt++)
        {
            yield return Node(NodePhase.Queued);
            yield return Task(TaskPhase.Queued, attempt);
            yield return Node(NodePhase.Running);
            for (uint version = 0; version < Versions; version++)
                yield return Task(TaskPhase.Running, attempt, version);
            yield return Task(attempt < Rounds - 1 ? TaskPhase.RetryableFailed : TaskPhase.Succeeded, attempt);
        }

        yield return Node(NodePhase.Succeeded);
        yield return Workload.Workflow(name, WorkflowPhase.Succeeded);

        IMessage Node(NodePhase phase)
        {
            var request = Workload.Node(name, NodeId, phase);
            request.RequestId += $"-{++made}";
            return request;
        }

        IMessage Task(TaskPhase phase, uint attempt, uint version = 0)
        {
            var request = Workload.TaskEvent(name, NodeId, phase);
            request.RequestId += $"-{++made}";
            request.Event.RetryAttempt = attempt;
            request.Event.PhaseVersion = version;
            return request;
        }
    }
}
