using System.Runtime.CompilerServices;
using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client.Values;
using Transponder.Protocol;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Client.Executions;

/// <summary>An execution that was started: it can be followed, waited for and ended. Only Flyte's own calls are made.</summary>
public sealed class ExecutionHandle
{
    private const int NodesPerPage = 500;

    private readonly AdminClient admin;

    /// <summary>Takes up an execution that somebody started.</summary>
    /// <param name="admin">The server.</param>
    /// <param name="id">The execution.</param>
    public ExecutionHandle(AdminClient admin, WorkflowExecutionIdentifier id)
    {
        ArgumentNullException.ThrowIfNull(admin);
        ArgumentNullException.ThrowIfNull(id);
        (this.admin, Id) = (admin, id);
    }

    /// <summary>The execution.</summary>
    public WorkflowExecutionIdentifier Id { get; }

    /// <summary>
    /// Waits for the end, whichever it is: one that failed is a result, not an exception. A <see cref="TimeoutException"/> means that the execution goes on;
    /// an <see cref="RpcException"/>, that the server refused or stayed out of reach.
    /// </summary>
    /// <param name="options">How long, and how often to look; null = as long as it takes.</param>
    /// <param name="progress">Is told of each change.</param>
    /// <param name="cancellationToken">Ends the waiting, not the execution.</param>
    public async Task<ExecutionResult> WaitAsync(
        WaitOptions? options = null,
        IProgress<ExecutionProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        await foreach (var step in WatchAsync(options, cancellationToken))
            progress?.Report(step);
        return await ResultAsync(options ?? new WaitOptions(), cancellationToken);
    }

    /// <summary>Tells of the execution's state and of each change, and ends after the terminal phase.</summary>
    /// <param name="options">How long, and how often to look; null = as long as it takes.</param>
    /// <param name="cancellationToken">Ends the watching, not the execution.</param>
    public async IAsyncEnumerable<ExecutionProgress> WatchAsync(
        WaitOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        options ??= new WaitOptions();
        var start = options.Clock.GetTimestamp();
        var heard = start;
        ExecutionProgress? last = null;
        for (var pause = options.FirstPause; ; pause = Longer(pause, options.LongestPause))
        {
            var (seen, failure) = await LookAsync(options, start, cancellationToken);
            if (seen is null && options.Clock.GetElapsedTime(heard) >= options.Patience)
                throw failure!;
            if (seen is not null)
            {
                heard = options.Clock.GetTimestamp();
                if (last is null || last != seen with { Elapsed = last.Elapsed })
                    yield return last = seen;
                if (seen.Phase.IsTerminal())
                    yield break;
            }
            await PauseAsync(pause, start, last?.Phase, options, cancellationToken);
        }
    }

    /// <summary>How the execution ended, or what is known by now.</summary>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public async Task<ExecutionResult> ResultAsync(CancellationToken cancellationToken = default)
    {
        var execution = await admin.GetExecutionAsync(new WorkflowExecutionGetRequest { Id = Id }, cancellationToken);
        if ((ExecutionPhase)execution.Closure.Phase != ExecutionPhase.Succeeded)
            return new ExecutionResult(execution, new Outputs(null));
        try
        {
            var data = await admin.GetExecutionDataAsync(new WorkflowExecutionGetDataRequest { Id = Id }, cancellationToken);
            return new ExecutionResult(
                execution,
                new Outputs(data.FullOutputs is { Literals.Count: > 0 } outputs ? outputs : Inline(execution))
            );
        }
        catch (RpcException unread)
            when (!IsPassing(unread) && unread.Code is not (StatusCode.Unauthenticated or StatusCode.PermissionDenied))
        {
            return new ExecutionResult(execution, new Outputs(Inline(execution)), unread.Message);
        }
    }

    /// <summary>Asks for the execution's end.</summary>
    /// <param name="cause">Why, for people.</param>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public Task AbortAsync(string cause, CancellationToken cancellationToken = default) =>
        admin.TerminateExecutionAsync(new ExecutionTerminateRequest { Id = Id, Cause = cause }, cancellationToken);

    private async Task<ExecutionResult> ResultAsync(WaitOptions options, CancellationToken cancellationToken)
    {
        var start = options.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await ResultAsync(cancellationToken);
            }
            catch (RpcException failure) when (IsPassing(failure) && options.Clock.GetElapsedTime(start) < options.Patience)
            {
                await Task.Delay(options.FirstPause, options.Clock, cancellationToken);
            }
        }
    }

    // A server that restarts, or has too much to do, says nothing about the execution.
    private static bool IsPassing(RpcException failure) =>
        failure.Code is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Aborted;

    private static LiteralMap? Inline(Execution execution) => execution.Closure.Outputs?.Values ?? execution.Closure.OutputData;

    private static TimeSpan Longer(TimeSpan pause, TimeSpan longest) => pause * 1.5 < longest ? pause * 1.5 : longest;

    private async Task PauseAsync(
        TimeSpan pause,
        long start,
        ExecutionPhase? phase,
        WaitOptions options,
        CancellationToken cancellationToken
    )
    {
        if (options.Timeout is { } limit)
        {
            var left = limit - options.Clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                throw new TimeoutException(
                    $"{Id.Project}/{Id.Domain}/{Id.Name} has not ended within {limit}: {phase?.ToString() ?? "the server is out of reach"}"
                );
            pause = left < pause ? left : pause;
        }
        await Task.Delay(pause, options.Clock, cancellationToken);
    }

    private async Task<(ExecutionProgress? Seen, RpcException? Failure)> LookAsync(
        WaitOptions options,
        long start,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var execution = await admin.GetExecutionAsync(new WorkflowExecutionGetRequest { Id = Id }, cancellationToken);
            var seen = new ExecutionProgress((ExecutionPhase)execution.Closure.Phase, options.Clock.GetElapsedTime(start));
            if (options.CountNodes)
                seen = await CountAsync(seen, cancellationToken);
            return (seen, null);
        }
        catch (RpcException failure) when (IsPassing(failure))
        {
            return (null, failure);
        }
    }

    private async Task<ExecutionProgress> CountAsync(ExecutionProgress seen, CancellationToken cancellationToken)
    {
        var (ended, started) = (0, 0);
        var request = new NodeExecutionListRequest { WorkflowExecutionId = Id, Limit = NodesPerPage };
        do
        {
            var page = await admin.ListNodeExecutionsAsync(request, cancellationToken);
            started += page.NodeExecutions.Count;
            ended += page.NodeExecutions.Count(node =>
                node.Closure.Phase
                    is NodePhase.Succeeded
                        or NodePhase.Failed
                        or NodePhase.Aborted
                        or NodePhase.Skipped
                        or NodePhase.TimedOut
                        or NodePhase.Recovered
            );
            request.Token = page.Token;
        } while (request.Token.Length > 0);
        return seen with { NodesEnded = ended, NodesStarted = started };
    }
}
