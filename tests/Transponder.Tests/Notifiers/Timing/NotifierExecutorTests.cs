using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Timing;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Timing;

public sealed class NotifierExecutorTests : IAsyncDisposable
{
    private static readonly Strategy[] StartAndEnd = [When.Started(), When.Ended()];

    private readonly FakeTimeProvider time = new();
    private readonly RecordingNotifier notifier = new();
    private readonly List<string> log = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => notifier.DisposeAsync();

    [Fact]
    public async Task Run_Succeeds_GivesItsResultAndSaysSo()
    {
        var result = await Executor(StartAndEnd).RunAsync((_, _) => Task.FromResult(42), Token);

        Assert.Equal(42, result);
        Assert.Equal(["train has started", "train has succeeded"], notifier.Titles);
    }

    [Fact]
    public async Task Run_Fails_ExceptionPassesUnchangedAfterItsMessage()
    {
        var boom = new InvalidOperationException("boom");
        var thrown = await Record.ExceptionAsync(() =>
            Executor(StartAndEnd)
                .RunAsync(
                    async (_, token) =>
                    {
                        await Task.Yield();
                        throw boom;
                    },
                    Token
                )
        );

        Assert.Same(boom, thrown);
        Assert.Contains(nameof(Run_Fails_ExceptionPassesUnchangedAfterItsMessage), thrown!.StackTrace!, StringComparison.Ordinal);
        Assert.Equal(["train has started", "train has failed: InvalidOperationException"], notifier.Titles);
        Assert.StartsWith("boom\n\nIt ran for 0ms.", notifier.Sent[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FailsBeforeItsFirstAwait_SaysSoToo()
    {
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Executor(StartAndEnd).RunAsync(Task<int> (_, _) => throw new ArgumentException("now"), Token)
        );

        Assert.Equal("train has failed: ArgumentException", notifier.Titles[1]);
    }

    [Fact]
    public async Task Run_Cancelled_SaysTerminated()
    {
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Executor(StartAndEnd)
                .RunAsync(
                    async (_, token) =>
                    {
                        await stop.CancelAsync();
                        await Task.Delay(Timeout.Infinite, token);
                    },
                    stop.Token
                )
        );

        Assert.Equal(["train has started", "train was terminated"], notifier.Titles);
    }

    [Fact]
    public async Task Run_TimeoutOfItsOwn_IsAFailure()
    {
        await Assert.ThrowsAsync<TaskCanceledException>(() =>
            Executor(StartAndEnd).RunAsync((_, _) => throw new TaskCanceledException(), Token)
        );

        Assert.Equal("train has failed: TaskCanceledException", notifier.Titles[1]);
    }

    [Fact]
    public async Task Run_SlowToStop_SaysTerminatedAfterItsGrace()
    {
        using var stop = new CancellationTokenSource();
        var cleaned = new TaskCompletionSource();

        var running = Executor(StartAndEnd).RunAsync((_, _) => cleaned.Task, stop.Token);
        await stop.CancelAsync();
        await Eventually.TrueAsync(() => time.UntilNextTimer <= TimeSpan.FromSeconds(5), "the grace");
        time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => notifier.Sent.Count == 2, "the message");
        cleaned.SetResult();
        await running;

        Assert.Equal(["train has started", "train was terminated"], notifier.Titles);
    }

    [Fact]
    public async Task Run_NotifierThrowsAndRefuses_TheJobDoesNotNotice()
    {
        notifier.ThenThrow(new InvalidOperationException("x")).Then(new DeliveryResult.Rejected(DeliveryReason.AuthFailed, "HTTP 401"));
        var executor = Executor(StartAndEnd, RetryPolicy.Once);

        Assert.Equal(1, await executor.RunAsync((_, _) => Task.FromResult(1), Token));

        Assert.Equal((0, 2), (executor.Delivered, executor.Undelivered));
        Assert.Equal(2, log.Count);
        Assert.Contains("recording rejected (AuthFailed) after 1 attempt in 0ms: HTTP 401", log[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_StrategyThrows_TheJobAndTheOthersGoOn()
    {
        var executor = Executor([When.On<Moment.Started>(_ => throw new FormatException("x")), When.Ended()]);

        await executor.RunAsync((_, _) => Task.CompletedTask, Token);

        Assert.Equal(["train has succeeded"], notifier.Titles);
        Assert.Equal("notification not sent: a strategy failed: FormatException", Assert.Single(log));
    }

    [Fact]
    public async Task Run_SlowNotifier_DoesNotHoldTheJobUp()
    {
        using var held = new ManualResetEventSlim();
        await using var slow = new RecordingNotifier { OnSend = _ => held.Wait(Token) };
        var executor = new NotifierExecutor(slow, Options(), Context(), StartAndEnd);

        await executor.RunAsync(
            (job, _) =>
            {
                for (var i = 0; i < 1000; i++)
                    job.Say(new Notice($"n{i}"));
                held.Set();
                return Task.CompletedTask;
            },
            Token
        );

        Assert.Equal("train has succeeded", slow.Titles[^1]);
        Assert.Equal(1002, executor.Delivered + executor.Undelivered);
        Assert.True(executor.Undelivered > 0);
    }

    [Fact]
    public async Task Run_TimePasses_StrategiesAreWokenInTurn()
    {
        var executor = Executor([
            When.Every(TimeSpan.FromMinutes(10)),
            When.BeforeTimeout(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(5)),
        ]);
        var done = new TaskCompletionSource();

        var running = executor.RunAsync((_, _) => done.Task, Token);
        for (var minute = 0; minute < 30; minute++)
            time.Advance(TimeSpan.FromMinutes(1));
        done.SetResult();
        await running;

        Assert.Equal(
            [
                "train has been running for 10m 0s",
                "train has been running for 20m 0s",
                "train will time out in 5m 0s",
                "train has been running for 30m 0s",
            ],
            notifier.Titles
        );
    }

    [Fact]
    public async Task Run_ProgressAndSteps_AreToldInOrder()
    {
        await Executor([When.Progress(0.5), When.Steps(2)])
            .RunAsync(
                (job, _) =>
                {
                    job.Step();
                    job.Report(0.5, "half way");
                    job.Step();
                    return Task.CompletedTask;
                },
                Token
            );

        Assert.Equal(["train is at 50 %", "train has done 2 steps"], notifier.Titles);
        Assert.StartsWith("half way", notifier.Sent[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AfterItsEnd_NothingIsSaid()
    {
        JobScope? kept = null;
        await Executor([When.Steps(1)])
            .RunAsync(
                (job, _) =>
                {
                    kept = job;
                    return Task.CompletedTask;
                },
                Token
            );

        kept!.Step();
        kept.Say(new Notice("late"));

        Assert.Empty(notifier.Sent);
    }

    [Fact]
    public async Task Run_ManyAtOnce_EachHasItsOwnState()
    {
        var executor = Executor([When.Steps(3)]);

        await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    executor.RunAsync(
                        async (job, _) =>
                        {
                            for (var i = 0; i < 3; i++)
                            {
                                job.Step();
                                await Task.Yield();
                            }
                        },
                        Token
                    )
                )
        );

        Assert.Equal(50, notifier.Sent.Count);
    }

    private NotifierExecutor Executor(IEnumerable<Strategy> strategies, RetryPolicy? retry = null) =>
        new(notifier, Options(), Context(retry), strategies);

    private ExecutorOptions Options() =>
        new()
        {
            JobName = "train",
            Log = line =>
            {
                lock (log)
                    log.Add(line);
            },
        };

    private TaskContext Context(RetryPolicy? retry = null) =>
        TaskContext.FromPod() with
        {
            Time = time,
            Retry = retry ?? new RetryPolicy { Deadline = TimeSpan.FromDays(7) },
        };
}
