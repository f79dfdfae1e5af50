using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Pods;

public sealed class NotifyTests
{
    private static readonly ExecutionInfo Execution = new()
    {
        Project = "p",
        Domain = "d",
        Name = "f1",
        Phase = "running",
        Task = new EntityInfo("p", "d", "train.fit", "v7"),
        Attempt = 1,
        ConsoleUrl = "https://c/f1",
    };

    private readonly FakeTimeProvider time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TaskContext Context => TaskContext.For(Execution) with { Time = time };

    [Fact]
    public async Task Notify_Text_IsHeadlineAndBodyWithTheExecution()
    {
        await using var notifier = new RecordingNotifier();

        var result = await notifier.NotifyAsync("Epoch 3 is done\nloss 0.1", Context with { Target = "#ml" }, Token);

        Assert.True(result.IsDelivered);
        var message = Assert.Single(notifier.Sent);
        Assert.Equal(
            ("Epoch 3 is done", "#ml", "p/d/f1", Execution),
            (message.Title, message.Target, message.ThreadKey, message.Execution)
        );
        Assert.Equal("loss 0.1\n\nExecution: p/d/f1\nTask: train.fit v7\nRetry: 1\nOpen the execution: https://c/f1", message.Body);
        Assert.Equal(time.GetUtcNow(), message.CreatedAt);
        Assert.Equal("recording delivered after 1 attempt in 0ms", result.ToString());
    }

    [Theory]
    [InlineData(BodyFormat.Html, "<p>x</p><p><strong>Execution:</strong> p/d/&lt;b&gt;<br>")]
    [InlineData(BodyFormat.Mrkdwn, "<p>x</p>\n\nExecution: p/d/&lt;b&gt;\n")]
    public async Task Notify_OtherFormats_ExecutionStaysInert(BodyFormat format, string beginning)
    {
        await using var notifier = new RecordingNotifier();
        var context = TaskContext.For(Execution with { Name = "<b>" });

        await notifier.NotifyAsync(context.Compose("t", "<p>x</p>") with { Format = format }, context, Token);

        Assert.StartsWith(beginning, Assert.Single(notifier.Sent).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notify_LongFirstLine_IsCutAndKeptWhole()
    {
        await using var notifier = new RecordingNotifier();
        var text = new string('x', 500);

        await notifier.NotifyAsync(text, Context, Token);

        var message = Assert.Single(notifier.Sent);
        Assert.Equal(150, message.Title.Length);
        Assert.StartsWith(text, message.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notify_OneNotifierManyContexts_KeepsThemApart()
    {
        await using var notifier = new RecordingNotifier();

        await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(i =>
                    Task.Run(() => notifier.NotifyAsync($"m{i}", TaskContext.For(Execution with { Name = $"e{i}" }), Token), Token)
                )
        );

        Assert.Equal(200, notifier.Sent.Select(message => message.Id).Distinct().Count());
        Assert.All(notifier.Sent, message => Assert.Equal("e" + message.Title[1..], message.Execution!.Name));
    }

    [Fact]
    public async Task Notify_PassingTrouble_IsTriedAgainWithTheSameMessage()
    {
        await using var notifier = new RecordingNotifier().Then(Busy(), Busy());

        var sending = notifier.NotifyAsync("hello", Context, Token);
        await PausesAsync(1);
        await PausesAsync(4);
        var result = await sending;

        Assert.True(result.IsDelivered);
        Assert.Equal((3, TimeSpan.FromSeconds(5)), (result.Attempts, result.Elapsed));
        Assert.Single(notifier.Sent.Distinct());
    }

    [Fact]
    public async Task Notify_TroubleThatStays_IsGivenUpAndSaid()
    {
        await using var notifier = new RecordingNotifier().Then(Busy(), Busy(), Busy());

        var sending = notifier.NotifyAsync("hello", Context, Token);
        await PausesAsync(1);
        await PausesAsync(4);
        var result = await sending;

        Assert.Equal("recording not delivered (ServerError) after 3 attempts in 5s: HTTP 500", result.ToString());
    }

    [Fact]
    public async Task Notify_RetryAfterWithinTheDeadline_IsWaitedFor()
    {
        await using var notifier = new RecordingNotifier().Then(Busy(TimeSpan.FromSeconds(7)));

        var sending = notifier.NotifyAsync("hello", Context, Token);
        await PausesAsync(7);

        Assert.Equal((2, TimeSpan.FromSeconds(7)), ((await sending).Attempts, (await sending).Elapsed));
    }

    [Fact]
    public async Task Notify_RetryAfterBeyondTheDeadline_EndsAtOnce()
    {
        await using var notifier = new RecordingNotifier().Then(Busy(TimeSpan.FromMinutes(5)));

        var result = await notifier.NotifyAsync("hello", Context, Token);

        Assert.Equal((1, DeliveryReason.ServerError), (result.Attempts, result.Last.Reason));
    }

    [Fact]
    public async Task Notify_Rejected_IsNotTriedAgain()
    {
        await using var notifier = new RecordingNotifier().Then(new DeliveryResult.Rejected(DeliveryReason.AuthFailed, "HTTP 401"));

        var result = await notifier.NotifyAsync("hello", Context, Token);

        Assert.Equal((1, DeliveryReason.AuthFailed), (result.Attempts, result.Last.Reason));
    }

    [Fact]
    public async Task Notify_ChannelThatHangs_EndsAtTheDeadline()
    {
        await using var notifier = new RecordingNotifier().ThenHang();

        var sending = notifier.NotifyAsync("hello", Context, Token);
        await Eventually.TrueAsync(() => notifier.Sent.Count == 1, "the attempt");
        time.Advance(TimeSpan.FromSeconds(20));
        var result = await sending;

        Assert.Equal((DeliveryReason.Timeout, "no answer within 20 s"), (result.Last.Reason, result.Last.Detail));
    }

    [Fact]
    public async Task Notify_ChannelThatThrows_BecomesAResult()
    {
        await using var notifier = new RecordingNotifier().ThenThrow(new InvalidOperationException("secret text"));

        var result = await notifier.NotifyAsync("hello", Context with { Retry = RetryPolicy.Once }, Token);

        Assert.Equal((DeliveryReason.InternalError, "InvalidOperationException"), (result.Last.Reason, result.Last.Detail));
    }

    [Fact]
    public async Task Notify_Cancelled_BecomesAResult()
    {
        await using var notifier = new RecordingNotifier().ThenHang();
        using var cancel = new CancellationTokenSource();

        var sending = notifier.NotifyAsync("hello", Context, cancel.Token);
        await cancel.CancelAsync();

        Assert.Equal(DeliveryReason.Interrupted, (await sending).Last.Reason);
    }

    [Fact]
    public void Type_OfADerivedClass_IsItsName() => Assert.Equal("recording", new RecordingNotifier().Type);

    internal static DeliveryResult.Retry Busy(TimeSpan? after = null) => new(DeliveryReason.ServerError, "HTTP 500", after);

    private async Task PausesAsync(int seconds)
    {
        await Eventually.TrueAsync(() => time.UntilNextTimer == TimeSpan.FromSeconds(seconds), $"a pause of {seconds} s");
        time.Advance(TimeSpan.FromSeconds(seconds));
    }
}
