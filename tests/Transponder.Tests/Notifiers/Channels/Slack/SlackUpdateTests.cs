using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Timing;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Slack;

/// <summary>A bot's messages that take one another's place.</summary>
public sealed class SlackUpdateTests : IAsyncLifetime
{
    private readonly OutboundHttp _http = LoopbackHttp.Open();
    private SlackServer _slack = null!;
    private SlackNotifier _bot = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TaskContext Context =>
        TaskContext.For(SampleMessage.Failed.Execution!) with
        {
            Target = "#alerts",
            Retry = new RetryPolicy { Deadline = TimeSpan.FromMinutes(5) },
        };

    public async ValueTask InitializeAsync()
    {
        _slack = await SlackServer.StartAsync();
        var options = new SlackOptions { BotToken = SecretRef.FromValue(SlackServer.Token), ApiUrl = _slack.ApiUrl };
        _bot = new SlackNotifier(options with { Timeout = LoopbackHttp.Patience }, _http);
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        _http.Dispose();
        await _slack.DisposeAsync();
    }

    [Fact]
    public async Task Notify_SameUpdateKey_ChangesTheMessageThatStands()
    {
        var context = Context;
        for (var i = 1; i <= 3; i++)
            Assert.True(
                (await _bot.NotifyAsync(context.Compose($"epoch {i}") with { UpdateKey = "progress" }, context, Token)).IsDelivered
            );
        await _bot.NotifyAsync(context.Compose("other") with { UpdateKey = "other" }, context, Token);

        Assert.Equal(["epoch 3", "other"], _slack.Posted.Select(message => message.Title));
        Assert.Equal(
            ["/api/chat.postMessage", "/api/chat.update", "/api/chat.update", "/api/chat.postMessage"],
            _slack.Requests.Select(request => request.Path)
        );
        Assert.Equal([null, _slack.Posted[0].Ts], _slack.Posted.Select(message => message.Thread));
    }

    [Theory]
    [InlineData("message_not_found")]
    [InlineData("cant_update_message")]
    [InlineData("edit_window_closed")]
    [InlineData("is_inactive")]
    public async Task Notify_MessageCannotBeChanged_IsSentAnewAndThatOneChanges(string error)
    {
        var context = Context;
        await SendAsync("one");
        _slack.Trouble = request => request.Path == "/api/chat.update" ? SlackServer.Error(error) : null;
        await SendAsync("two");
        _slack.Trouble = null;
        await SendAsync("three");

        Assert.Equal(["one", "three"], _slack.Posted.Select(message => message.Title));

        Task SendAsync(string title) => _bot.NotifyAsync(context.Compose(title) with { UpdateKey = "p" }, context, Token);
    }

    [Fact]
    public async Task Notify_MessageDeletedOrFrozen_SlackItselfSaysSo()
    {
        var context = Context;
        await SendAsync("one");
        _slack.Delete(_slack.Posted[0].Ts);
        await SendAsync("two");
        _slack.Frozen = true;
        await SendAsync("three");

        Assert.Equal(["one", "two", "three"], _slack.Posted.Select(message => message.Title));

        async Task SendAsync(string title) =>
            Assert.True((await _bot.NotifyAsync(context.Compose(title) with { UpdateKey = "p" }, context, Token)).IsDelivered);
    }

    [Theory]
    [InlineData("ratelimited", DeliveryReason.Throttled)]
    [InlineData("invalid_auth", DeliveryReason.AuthFailed)]
    [InlineData("msg_too_long", DeliveryReason.MessageRejected)]
    public async Task Send_UpdateFailsOtherwise_IsNotSentAnew(string error, DeliveryReason reason)
    {
        _slack.Trouble = _ => SlackServer.Error(error);
        var message = Context.Compose("one") with { UpdateKey = "p", UpdateReceipt = "C0ALERTS/1700000000.000001" };

        var result = await _bot.SendAsync(message, Token);

        Assert.Equal(reason, result.Reason);
        Assert.Equal("/api/chat.update", Assert.Single(_slack.Requests).Path);
    }

    [Fact]
    public async Task Send_WebhookWithUpdateReceipt_PostsAnew()
    {
        await using var hook = new SlackNotifier(
            new SlackOptions { WebhookUrl = SecretRef.FromValue(_slack.WebhookUrl), Timeout = LoopbackHttp.Patience },
            _http
        );
        var context = Context with { Target = null };
        for (var i = 0; i < 2; i++)
            Assert.True((await hook.NotifyAsync(context.Compose("p") with { UpdateKey = "p" }, context, Token)).IsDelivered);

        Assert.Equal(2, _slack.Posted.Count);
    }

    [Fact]
    public async Task Executor_UpdateInPlace_KeepsOneMessageOfProgressForEachJob()
    {
        await using var both = MultiNotifier.All(new TargetedNotifier(_bot, "#ops"), new RecordingNotifier());
        var executor = new NotifierExecutor(
            both,
            new ExecutorOptions
            {
                UpdateInPlace = true,
                JobName = "train",
                DrainTimeout = TimeSpan.FromMinutes(5),
            },
            Context,
            When.Started(),
            When.Progress(0.1),
            When.Succeeded()
        );

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => executor.RunAsync(JobAsync, Token)));

        var titles = _slack.Posted.Select(message => message.Title).Order().ToList();
        Assert.Equal(
            [
                .. Enumerable.Repeat("train has started", 4),
                .. Enumerable.Repeat("train has succeeded", 4),
                .. Enumerable.Repeat("train is at 90 %", 4),
            ],
            titles
        );
        Assert.Equal(4 * 11, executor.Delivered);

        static Task JobAsync(JobScope job, CancellationToken stop)
        {
            for (var i = 1; i <= 10; i++)
                job.Report(i / 10.0, $"part {i}");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Executor_Unasked_SendsEachProgressAnew()
    {
        var executor = new NotifierExecutor(_bot, null, Context, When.Progress(0.5), When.Steps(1));
        await executor.RunAsync(
            (job, _) =>
            {
                job.Report(0.5);
                job.Step();
                return Task.CompletedTask;
            },
            Token
        );

        Assert.Equal(2, _slack.Posted.Count);
    }
}
