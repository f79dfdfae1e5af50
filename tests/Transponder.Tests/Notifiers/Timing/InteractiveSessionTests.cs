using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Timing;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Timing;

public sealed class InteractiveSessionTests
{
    private const string Connect = "You can connect to the VSCode server now!";

    private static readonly SessionOptions TenMinutes = new() { MaxIdle = TimeSpan.FromMinutes(10), WarnBefore = TimeSpan.FromMinutes(1) };

    private readonly FakeTimeProvider time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TaskContext Context =>
        TaskContext.FromPod() with
        {
            Time = time,
            Retry = new RetryPolicy { Deadline = TimeSpan.FromDays(7) },
        };

    [Fact]
    public async Task Session_NobodyComes_IsToldExactlyThreeThings()
    {
        await using var notifier = new RecordingNotifier();
        var start = time.GetUtcNow();

        await DriveAsync(InteractiveSession.RunAsync(notifier, () => null, TenMinutes, Context, null, Token));

        Assert.Equal(
            [
                Connect,
                "Reminder: The VSCode server will be terminated in 60 seconds.",
                "VSCode server is idle for more than 600 seconds. Terminating...",
            ],
            notifier.Titles
        );
        Assert.Equal(TimeSpan.FromMilliseconds(600_001), time.GetUtcNow() - start);
        Assert.Equal(notifier.Sent[0].CreatedAt + TimeSpan.FromMilliseconds(540_001), notifier.Sent[1].CreatedAt);
    }

    [Fact]
    public async Task Session_WarningShorterThanThePoll_IsStillGivenInTime()
    {
        await using var notifier = new RecordingNotifier();
        var options = TenMinutes with { WarnBefore = TimeSpan.FromSeconds(7.5), Poll = TimeSpan.FromMinutes(4) };

        await DriveAsync(InteractiveSession.RunAsync(notifier, () => null, options, Context, null, Token));

        Assert.Equal("Reminder: The VSCode server will be terminated in 8 seconds.", notifier.Titles[1]);
        Assert.Equal(3, notifier.Titles.Count);
    }

    [Fact]
    public async Task Session_SomeoneComesBack_IsRemindedAgainLater()
    {
        await using var notifier = new RecordingNotifier();
        var start = time.GetUtcNow();
        var back = start + TimeSpan.FromSeconds(570);

        await DriveAsync(
            InteractiveSession.RunAsync(notifier, () => time.GetUtcNow() >= back ? back : null, TenMinutes, Context, null, Token)
        );

        Assert.Equal(4, notifier.Titles.Count);
        Assert.Equal(2, notifier.Titles.Count(title => title.StartsWith("Reminder", StringComparison.Ordinal)));
        Assert.Equal(TimeSpan.FromMilliseconds(570_000 + 600_001), time.GetUtcNow() - start);
    }

    [Fact]
    public async Task Session_HeartbeatFromBeforeTheStart_DoesNotCount()
    {
        await using var notifier = new RecordingNotifier();
        var start = time.GetUtcNow();

        await DriveAsync(InteractiveSession.RunAsync(notifier, () => start - TimeSpan.FromDays(1), TenMinutes, Context, null, Token));

        Assert.Equal(TimeSpan.FromMilliseconds(600_001), time.GetUtcNow() - start);
    }

    [Fact]
    public async Task Session_NotifierDown_EndsInTimeAllTheSame()
    {
        var down = new DeliveryResult.Rejected(DeliveryReason.AuthFailed, "HTTP 401");
        await using var notifier = new RecordingNotifier().Then(down, down, down);
        var log = new List<string>();
        var executor = new ExecutorOptions { Log = log.Add };

        await DriveAsync(InteractiveSession.RunAsync(notifier, () => null, TenMinutes, Context, executor, Token));

        Assert.Equal(3, log.Count);
        Assert.StartsWith($"notification not sent: “{Connect}”: recording rejected (AuthFailed)", log[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Strategy_IdleTimes_SpeaksAtFlytekitsThresholds()
    {
        var run = When.InteractiveSession(TenMinutes).Begin();

        string[] At(double seconds) => [.. run.On(new Moment.Idled(TimeSpan.FromSeconds(seconds))).Select(notice => notice.Title)];

        Assert.Equal([Connect], run.On(new Moment.Started()).Select(notice => notice.Title));
        Assert.Empty(At(0));
        Assert.Empty(At(540));
        Assert.Equal(["Reminder: The VSCode server will be terminated in 59 seconds."], At(541));
        Assert.Empty(At(599));
        Assert.Empty(At(539));
        Assert.Equal(["Reminder: The VSCode server will be terminated in 50 seconds."], At(550.25));
        Assert.Empty(At(600));
        Assert.Equal(["VSCode server is idle for more than 600 seconds. Terminating..."], At(601));
        Assert.Empty(At(660));
    }

    [Fact]
    public void Heartbeat_File_TellsItsTime()
    {
        using var folder = new TempDirectory();
        var beat = HeartbeatFile.At(folder.File("heartbeat"));
        Assert.Null(beat());

        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        File.SetLastWriteTimeUtc(folder.Write("heartbeat", ""), moment.UtcDateTime);

        Assert.Equal(moment, beat());
    }

    private async Task DriveAsync(Task session)
    {
        await Eventually.TrueAsync(
            () =>
            {
                while (!session.IsCompleted && time.UntilNextTimer is { } next && next <= TimeSpan.FromHours(1))
                    time.Advance(next);
                return session.IsCompleted;
            },
            "the session's end"
        );
        await session;
    }
}
