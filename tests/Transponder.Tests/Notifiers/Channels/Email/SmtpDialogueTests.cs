using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>Odd dialogues: what a mail server may say, and when.</summary>
public sealed class SmtpDialogueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_PipeliningOffered_SendsTheEnvelopeAtOnce()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = server.NewNotifier();

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        Assert.True(server.SawPipelining);
        Assert.Equal("EHLO MAIL RCPT DATA", server.Dialogue);
    }

    [Fact]
    public async Task Send_PipeliningNotOffered_WaitsForEachReply()
    {
        await using var server = new ScriptedSmtpServer { Extensions = [] };
        await using var notifier = server.NewNotifier();

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal("Q1", Outcome.Is<DeliveryResult.Delivered>(result).Receipt);
        Assert.False(server.SawPipelining);
        Assert.Equal("MAIL FROM:<flyte@example.com>", server.Commands[1].Line);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task Send_ServerIsGoingDown_IsThrottled(string verb)
    {
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == verb ? "421 4.3.2 going down" : null };
        await using var notifier = server.NewNotifier();

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(DeliveryReason.Throttled, Outcome.Is<DeliveryResult.Retry>(result).Reason);
        Assert.Contains("going down", result.Detail);
        server.Script = _ => null;
        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
    }

    [Theory]
    [InlineData("MAIL", "550 5.7.1 sender not allowed", DeliveryReason.DestinationGone, RejectionScope.Destination)]
    [InlineData("MAIL", "530 5.7.0 authentication required", DeliveryReason.AuthFailed, RejectionScope.Destination)]
    [InlineData("MAIL", "552 5.3.4 too big", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData("RCPT", "550 5.1.1 no such user", DeliveryReason.RecipientRejected, RejectionScope.Message)]
    [InlineData("DATA", "554 5.6.0 no", DeliveryReason.MessageRejected, RejectionScope.Message)]
    [InlineData(".", "550 5.7.1 spam", DeliveryReason.MessageRejected, RejectionScope.Message)]
    public async Task Send_Refused_SaysWhatIsAtFault(string verb, string answer, DeliveryReason reason, RejectionScope scope)
    {
        foreach (
            var extensions in (string[][])
                [
                    ["PIPELINING"],
                    [],
                ]
        )
        {
            await using var server = new ScriptedSmtpServer { Extensions = extensions, Script = c => c.Verb == verb ? answer : null };
            await using var notifier = server.NewNotifier();

            var result = Outcome.Is<DeliveryResult.Rejected>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

            Assert.Equal((reason, scope), (result.Reason, result.Scope));
            server.Script = _ => null;
            Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
            Assert.Equal(1, server.Connections);
        }
    }

    [Theory]
    [InlineData("CONNECT", "554 5.3.2 no service here", DeliveryReason.ServerError)]
    [InlineData("MAIL", "452 4.3.1 no space", DeliveryReason.Throttled)]
    [InlineData("RCPT", "450 4.2.0 greylisted", DeliveryReason.Throttled)]
    [InlineData("RCPT", "451 4.7.1 greylisted", DeliveryReason.Throttled)]
    [InlineData("RCPT", "552 5.5.3 too many recipients", DeliveryReason.Throttled)]
    [InlineData(".", "451 4.3.0 scanner is down", DeliveryReason.ServerError)]
    [InlineData(".", ScriptedSmtpServer.HangUp, DeliveryReason.ConnectionLost)]
    [InlineData("MAIL", "hello there", DeliveryReason.ProtocolError)]
    [InlineData("EHLO", "250-a\r\n251 b", DeliveryReason.ProtocolError)]
    public async Task Send_FailedForNow_IsRetried(string verb, string answer, DeliveryReason reason)
    {
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == verb ? answer : null };
        await using var notifier = server.NewNotifier();

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(result).Reason);
    }

    [Fact]
    public async Task Send_SlowAnswerToTheMail_IsWaitedForFiveMinutes()
    {
        var answer = new TaskCompletionSource();
        await using var server = new ScriptedSmtpServer { MailAnswer = answer.Task };
        var time = new FakeTimeProvider();
        await using var notifier = server.NewNotifier(time: time);

        var sending = notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);
        await Eventually.TrueAsync(() => server.MailsRead == 1, "the whole mail at the server");
        time.Advance(TimeSpan.FromSeconds(290));
        answer.SetResult();

        Outcome.Is<DeliveryResult.Delivered>(await sending);
        Assert.Single(server.Mails);
        Assert.True(notifier.Timeout > TimeSpan.FromMinutes(6));
    }

    [Fact]
    public async Task Send_NoAnswerToTheMail_IsATimeoutThatSaysSo()
    {
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == "." ? ScriptedSmtpServer.Hush : null };
        await using var notifier = server.NewNotifier(o => o with { DataTimeout = TimeSpan.FromMilliseconds(300) });

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(DeliveryReason.Timeout, Outcome.Is<DeliveryResult.Retry>(result).Reason);
        Assert.Contains("end of data", result.Detail);
    }

    [Theory]
    [InlineData(5_000, 1)]
    [InlineData(1_000, 100)]
    public async Task Send_OversizedReply_IsNotReadToItsEnd(int lineLength, int lines)
    {
        var line = new string('x', lineLength);
        var reply = string.Concat(Enumerable.Repeat($"250-{line}\r\n", lines)) + "250 end";
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == "EHLO" ? reply : null };
        await using var notifier = server.NewNotifier();

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(DeliveryReason.ProtocolError, Outcome.Is<DeliveryResult.Retry>(result).Reason);
    }

    [Fact]
    public async Task Send_MailLargerThanTheServerTakes_IsRejectedBeforeMail()
    {
        await using var server = new ScriptedSmtpServer { Extensions = ["SIZE 2000"] };
        await using var notifier = server.NewNotifier();

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage() with { Body = new string('x', 5000) }, Token);

        Assert.Equal(DeliveryReason.MessageRejected, Outcome.Is<DeliveryResult.Rejected>(result).Reason);
        Assert.Equal("EHLO", server.Dialogue);
        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
        Assert.Matches("^MAIL FROM:<flyte@example.com> SIZE=[0-9]+$", server.Commands[1].Line);
    }

    [Fact]
    public async Task Send_ServerKnowsOnlyHelo_IsServed()
    {
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == "EHLO" ? "502 5.5.1 what?" : null };
        await using var notifier = server.NewNotifier();

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        Assert.Equal("EHLO HELO MAIL RCPT DATA", server.Dialogue);
        Assert.Equal("HELO [127.0.0.1]", server.Commands[1].Line);
    }
}
