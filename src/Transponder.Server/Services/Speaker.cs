using Flyteidl.Core;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;
using Transponder.Server.Security;

namespace Transponder.Server.Services;

/// <summary>
/// Which execution a message is of. A token with projects may name any of theirs; a pod speaks for its own, which its token's pod name says, and what the
/// request names must agree with it.
/// </summary>
internal sealed class Speaker(IExecutionStore executions)
{
    /// <summary>The execution; refused when the caller may not speak for it, or it is not known here.</summary>
    public async Task<ExecutionKey> FindAsync(WorkflowExecutionIdentifier? asked, Caller caller, CancellationToken cancellationToken)
    {
        var named = asked is null ? null : (ExecutionKey?)ExecutionKey.From(asked);
        if (caller.Workload is { } pod)
            return await OfPodAsync(named, pod, cancellationToken);
        if (named is not { } key)
            throw new RpcException(
                StatusCode.InvalidArgument,
                "execution: is missing; only the token of a pod's service account makes it unnecessary"
            );
        return await KnownAsync(key, cancellationToken) ? key : throw Unknown(key);
    }

    /// <summary>The refusal of an execution that is not known here.</summary>
    public static RpcException Unknown(ExecutionKey key) =>
        new(StatusCode.NotFound, $"this server knows no execution {key}; it takes messages of executions that were created through it");

    private async Task<ExecutionKey> OfPodAsync(ExecutionKey? named, Workload pod, CancellationToken cancellationToken)
    {
        if (named is { } other && (other.Project != pod.Project || (pod.Domain is { } domain && other.Domain != domain)))
            throw Forged(
                $"the namespace {pod.Namespace} is that of {Place(pod)}, and no pod there speaks for {other.Project}/{other.Domain}"
            );
        if (pod.Binding == WorkloadBinding.Pod && pod.Pod is null)
            throw Forged("the token is bound to no pod, and a pod's name is what tells its execution; project the token into the pod");
        if (named is not { } key)
            return await ByPodAsync(pod, cancellationToken);
        if (pod.Binding == WorkloadBinding.Pod && !pod.Pod!.StartsWith($"{key.Name}-", StringComparison.Ordinal))
            throw Forged($"the pod {pod.Pod} is none of the execution {key.Name}");
        return await KnownAsync(key, cancellationToken) ? key : throw Unknown(key);
    }

    // Flyte calls a pod after its execution, its node and its attempt, all of which may have hyphens: the longest name that exists is meant.
    private async Task<ExecutionKey> ByPodAsync(Workload pod, CancellationToken cancellationToken)
    {
        if (pod.Pod is { } name && pod.Domain is { } domain)
        {
            for (var end = name.LastIndexOf('-'); end > 0; end = name.LastIndexOf('-', end - 1))
            {
                var key = new ExecutionKey(pod.Project, domain, name[..end]);
                if (await KnownAsync(key, cancellationToken))
                    return key;
            }
        }

        throw new RpcException(
            StatusCode.InvalidArgument,
            "execution: is missing, and the pod's name tells of none that this server knows"
        );
    }

    private async Task<bool> KnownAsync(ExecutionKey key, CancellationToken cancellationToken) =>
        await executions.GetAsync(key, cancellationToken) is not null;

    private static string Place(Workload pod) => pod.Domain is null ? $"project {pod.Project}" : $"{pod.Project}/{pod.Domain}";

    private static RpcException Forged(string why) => new(StatusCode.PermissionDenied, why);
}
