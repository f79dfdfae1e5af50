using Transponder.Client;
using Transponder.Client.Executions;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;

namespace Transponder.Tests.Client.Executions;

public sealed class ExecutionHandleTests
{
    private static readonly RpcException Away = new(StatusCode.Unavailable, "restarts");

    private readonly FakeTimeProvider clock = new();
    private readonly List<TimeSpan> pauses = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_AnExecutionThatEnds_TellsOfEachChangeOnce()
    {
        var phases = new List<ExecutionPhase>();
        var options = new WaitOptions { Clock = clock, LongestPause = TimeSpan.FromMilliseconds(400) };

        var result = await WaitAsync(
            [WorkflowPhase.Undefined, WorkflowPhase.Queued, WorkflowPhase.Queued, Away, WorkflowPhase.Running, WorkflowPhase.Succeeded],
            options,
            phases
        );

        Assert.Equal([ExecutionPhase.Undefined, ExecutionPhase.Queued, ExecutionPhase.Running, ExecutionPhase.Succeeded], phases);
        Assert.Equal([200, 300, 400, 400, 400], pauses.Select(pause => pause.TotalMilliseconds));
        Assert.Equal((0, "the bucket is gone"), (result.Outputs.Count, result.OutputsProblem));
    }

    [Fact]
    public async Task Wait_AServerThatGoesAwayAtTheEnd_IsAskedAgain()
    {
        var result = await WaitAsync([WorkflowPhase.Failed, Away, WorkflowPhase.Failed], new WaitOptions { Clock = clock });

        Assert.Equal(ExecutionPhase.Failed, result.Phase);
        Assert.Equal([200], pauses.Select(pause => pause.TotalMilliseconds));
    }

    [Fact]
    public async Task Wait_PastTheTimeout_SaysWhereTheExecutionIs()
    {
        var options = new WaitOptions { Clock = clock, Timeout = TimeSpan.FromSeconds(1) };

        var late = await Assert.ThrowsAsync<TimeoutException>(() => WaitAsync([WorkflowPhase.Running], options));

        Assert.Equal("p/d/run has not ended within 00:00:01: Running", late.Message);
        Assert.Equal(TimeSpan.FromSeconds(1), TimeSpan.FromTicks(pauses.Sum(pause => pause.Ticks)));
    }

    [Fact]
    public async Task Wait_AServerThatStaysAway_FailsAfterItsPatience()
    {
        var options = new WaitOptions { Clock = clock, Patience = TimeSpan.FromSeconds(3) };

        var failure = await Assert.ThrowsAsync<RpcException>(() => WaitAsync([WorkflowPhase.Running, Away], options));

        Assert.Equal(StatusCode.Unavailable, failure.Code);
        Assert.InRange(TimeSpan.FromTicks(pauses.Sum(pause => pause.Ticks)), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Wait_AnExecutionThatIsNotThere_FailsAtOnce()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() =>
            WaitAsync([new RpcException(StatusCode.NotFound, "no such execution")], new WaitOptions { Clock = clock })
        );

        Assert.Equal(StatusCode.NotFound, failure.Code);
        Assert.Empty(pauses);
    }

    [Fact]
    public async Task Wait_Cancelled_Ends()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var server = await WireServer.StartAsync(ScriptedExecutions.Services([WorkflowPhase.Running]));
        using var client = new TransponderClient(server.Grpc, Patient.Channel);

        var waiting = new ExecutionHandle(client.Admin, ScriptedExecutions.Id).WaitAsync(
            new WaitOptions { Clock = clock },
            cancellationToken: stop.Token
        );
        await Eventually.TrueAsync(() => clock.WaitingTimers > 0, "the pause");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private async Task<ExecutionResult> WaitAsync(IReadOnlyList<object> looks, WaitOptions options, List<ExecutionPhase>? phases = null)
    {
        await using var server = await WireServer.StartAsync(ScriptedExecutions.Services(looks));
        using var client = new TransponderClient(server.Grpc, Patient.Channel);
        var waiting = new ExecutionHandle(client.Admin, ScriptedExecutions.Id).WaitAsync(options, new Listener(phases ?? []), Token);
        while (!waiting.IsCompleted)
        {
            await Eventually.TrueAsync(() => clock.WaitingTimers > 0 || waiting.IsCompleted, "the next pause");
            if (clock.UntilNextTimer is not { } pause)
                continue;
            pauses.Add(pause);
            clock.Advance(pause);
        }
        return await waiting;
    }

    private sealed class Listener(List<ExecutionPhase> phases) : IProgress<ExecutionProgress>
    {
        public void Report(ExecutionProgress value) => phases.Add(value.Phase);
    }
}
