using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
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
        await using var notifier = Notifier(server);

        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));

        Assert.True(server.SawPipelining);
        Assert.Equal("EHLO MAIL RCPT DATA", server.Dialogue);
    }

    [Fact]
    public async Task Send_PipeliningNotOffered_WaitsForEachReply()
    {
        await using var server = new ScriptedSmtpServer { Extensions = [] };
        await using var notifier = Notifier(server);

        var result = await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal("Q1", Assert.IsType<DeliveryResult.Delivered>(result).Receipt);
        Assert.False(server.SawPipelining);
        Assert.Equal("MAIL FROM:<flyte@example.com>", server.Commands[1].Line);
    }

    [Fact]
    public async Task Send_SeveralMails_UseOneConnectionWithResets()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = Notifier(server);

        for (var i = 0; i < 3; i++)
            Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));

        Assert.Equal("EHLO MAIL RCPT DATA RSET MAIL RCPT DATA RSET MAIL RCPT DATA", server.Dialogue);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_KeptConnectionClosedMeanwhile_GoesOverANewOne(bool pipelining)
    {
        await using var server = new ScriptedSmtpServer();
        if (!pipelining)
            server.Extensions = [];
        await using var notifier = Notifier(server);
        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));

        server.CloseAll();

        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));
        Assert.Equal(2, server.Connections);
        Assert.Equal(2, server.Mails.Count);
    }

    [Theory]
    [InlineData("RSET", "421 4.4.2 too long idle")]
    [InlineData("RSET", ScriptedSmtpServer.HangUp)]
    [InlineData("RSET", "500 5.5.2 unknown")]
    [InlineData("MAIL", "421 4.7.0 too many mails on this connection")]
    public async Task Send_KeptConnectionRefusesToGoOn_GoesOverANewOne(string verb, string answer)
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = Notifier(server);
        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));

        server.Script = c => c.Connection == 1 && c.Verb == verb ? answer : null;

        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));
        Assert.Equal((2, 2), (server.Connections, server.Mails.Count));
    }

    [Fact]
    public async Task Send_ConnectionLimits_OpenANewConnection()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = Notifier(server, o => o with { MaxMessagesPerConnection = 2 });

        for (var i = 0; i < 5; i++)
            await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal(3, server.Connections);
        Assert.Equal(2, server.Commands.Count(c => c.Verb == "QUIT"));
    }

    [Fact]
    public async Task Send_ConnectionUnused_IsClosedAfterTheIdleLimit()
    {
        await using var server = new ScriptedSmtpServer();
        var time = new FakeTimeProvider();
        await using var notifier = Notifier(server, o => o with { IdleTimeout = TimeSpan.FromSeconds(30) }, time);
        await notifier.SendAsync(NewMessage(), Token);

        time.Advance(TimeSpan.FromSeconds(31));

        await Eventually.TrueAsync(() => server.Dialogue.EndsWith("QUIT", StringComparison.Ordinal), "QUIT on the idle connection");
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
        await using var notifier = Notifier(server);

        var result = await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal(DeliveryReason.Throttled, Assert.IsType<DeliveryResult.Retry>(result).Reason);
        Assert.Contains("going down", result.Detail);
        server.Script = _ => null;
        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));
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
            await using var notifier = Notifier(server);

            var result = Assert.IsType<DeliveryResult.Rejected>(await notifier.SendAsync(NewMessage(), Token));

            Assert.Equal((reason, scope), (result.Reason, result.Scope));
            server.Script = _ => null;
            Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));
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
        await using var notifier = Notifier(server);

        var result = await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal(reason, Assert.IsType<DeliveryResult.Retry>(result).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendToAll_MixedReplies_GivesEachRecipientItsOwnResult(bool pipelining)
    {
        await using var server = new ScriptedSmtpServer
        {
            Script = c =>
                c.Verb != "RCPT" ? null
                : c.Line.Contains("gone") ? "550 5.1.1 no such user"
                : c.Line.Contains("grey") ? "450 4.2.0 later"
                : null,
        };
        server.Extensions = pipelining ? ["PIPELINING"] : [];
        await using var notifier = Notifier(server);

        var results = await notifier.SendToAllAsync(
            NewMessage(),
            ["a@example.com", "gone@example.com", "not an address", "grey@example.com", "b@example.com"],
            Token
        );

        Assert.Equal(
            [
                DeliveryReason.Ok,
                DeliveryReason.RecipientRejected,
                DeliveryReason.InvalidAddress,
                DeliveryReason.Throttled,
                DeliveryReason.Ok,
            ],
            results.Select(r => r.Result.Reason)
        );
        Assert.Equal(["RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>"], Assert.Single(server.Mails).Recipients);
    }

    [Fact]
    public async Task SendToAll_ConnectionLostMidway_KeepsWhatWasSaidBefore()
    {
        await using var server = new ScriptedSmtpServer
        {
            Script = c =>
                c.Verb == "RCPT" && c.Line.Contains("gone") ? "550 5.1.1 no such user"
                : c.Verb == "." ? ScriptedSmtpServer.HangUp
                : null,
        };
        await using var notifier = Notifier(server);

        var results = await notifier.SendToAllAsync(NewMessage(), ["gone@example.com", "a@example.com"], Token);

        Assert.Equal([DeliveryReason.RecipientRejected, DeliveryReason.ConnectionLost], results.Select(r => r.Result.Reason));
    }

    [Fact]
    public async Task Send_NobodyAccepted_ResetsAtOnce()
    {
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == "RCPT" ? "550 5.1.1 no such user" : null };
        await using var notifier = Notifier(server);

        await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal("EHLO MAIL RCPT DATA RSET", server.Dialogue);
    }

    [Fact]
    public async Task Send_NobodyAcceptedButDataIs_EndsTheMailEmpty()
    {
        await using var server = new ScriptedSmtpServer
        {
            Script = c =>
                c.Verb switch
                {
                    "RCPT" => "550 5.1.1 no such user",
                    "DATA" => "354 go ahead",
                    "." => "554 5.5.1 no valid recipients",
                    _ => null,
                },
        };
        await using var notifier = Notifier(server);

        var result = await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal(DeliveryReason.RecipientRejected, result.Reason);
        Assert.Empty(server.Mails);
        server.Script = _ => null;
        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Send_SlowAnswerToTheMail_IsWaitedForLongerThanAnyCommand()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = Notifier(
            server,
            o => o with { CommandTimeout = TimeSpan.FromSeconds(20), DataTimeout = TimeSpan.FromMilliseconds(300) }
        );
        server.Script = c => c.Verb == "." ? ScriptedSmtpServer.Hush : null;

        var result = await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal(DeliveryReason.Timeout, Assert.IsType<DeliveryResult.Retry>(result).Reason);
        Assert.Contains("end of data", result.Detail);
        Assert.True(new EmailOptions { Sender = "a@b.c", Host = "h" }.DataTimeout >= TimeSpan.FromMinutes(5));
        Assert.True(new EmailNotifier(new EmailOptions { Sender = "a@b.c", Host = "h" }).Timeout > TimeSpan.FromMinutes(6));
    }

    [Theory]
    [InlineData(5_000, 1)]
    [InlineData(1_000, 100)]
    public async Task Send_OversizedReply_IsNotReadToItsEnd(int lineLength, int lines)
    {
        var line = new string('x', lineLength);
        var reply = string.Concat(Enumerable.Repeat($"250-{line}\r\n", lines)) + "250 end";
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == "EHLO" ? reply : null };
        await using var notifier = Notifier(server);

        var result = await notifier.SendAsync(NewMessage(), Token);

        Assert.Equal(DeliveryReason.ProtocolError, Assert.IsType<DeliveryResult.Retry>(result).Reason);
    }

    [Fact]
    public async Task Send_MailLargerThanTheServerTakes_IsRejectedBeforeMail()
    {
        await using var server = new ScriptedSmtpServer { Extensions = ["SIZE 2000"] };
        await using var notifier = Notifier(server);

        var result = await notifier.SendAsync(NewMessage() with { Body = new string('x', 5000) }, Token);

        Assert.Equal(DeliveryReason.MessageRejected, Assert.IsType<DeliveryResult.Rejected>(result).Reason);
        Assert.Equal("EHLO", server.Dialogue);
        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));
        Assert.Matches("^MAIL FROM:<flyte@example.com> SIZE=[0-9]+$", server.Commands[1].Line);
    }

    [Fact]
    public async Task Send_InternationalAddress_NeedsSmtpUtf8()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = Notifier(server);
        var message = NewMessage() with { Target = "jürgen@bücher.example" };

        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(message, Token));

        var mail = Assert.Single(server.Mails);
        Assert.EndsWith(" BODY=8BITMIME SMTPUTF8", mail.From);
        Assert.Equal("RCPT TO:<jürgen@xn--bcher-kva.example>", Assert.Single(mail.Recipients));
    }

    [Fact]
    public async Task SendToAll_InternationalAddressWithoutSmtpUtf8_CostsTheOthersNothing()
    {
        await using var server = new ScriptedSmtpServer { Extensions = ["PIPELINING"] };
        await using var notifier = Notifier(server);

        var results = await notifier.SendToAllAsync(NewMessage(), ["jürgen@example.com", "a@bücher.example"], Token);

        Assert.Equal([DeliveryReason.RecipientRejected, DeliveryReason.Ok], results.Select(r => r.Result.Reason));
        Assert.Contains("SMTPUTF8", results[0].Result.Detail);
        Assert.Equal("RCPT TO:<a@xn--bcher-kva.example>", Assert.Single(Assert.Single(server.Mails).Recipients));
    }

    [Fact]
    public async Task Send_ServerKnowsOnlyHelo_IsServed()
    {
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == "EHLO" ? "502 5.5.1 what?" : null };
        await using var notifier = Notifier(server);

        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));

        Assert.Equal("EHLO HELO MAIL RCPT DATA", server.Dialogue);
        Assert.Equal("HELO [127.0.0.1]", server.Commands[1].Line);
    }

    [Fact]
    public async Task Send_MoreAtOnceThanThePoolHolds_NeverOpensMoreConnections()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = Notifier(server, o => o with { PoolSize = 2 });

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => notifier.SendAsync(NewMessage(), Token)));

        Assert.Equal(30, server.Mails.Count);
        Assert.InRange(server.Connections, 1, 2);
    }

    [Theory]
    [InlineData("AUTH PLAIN LOGIN", "AUTH PLAIN AHVzZXIAcGFzcw==")]
    [InlineData("AUTH=LOGIN", "AUTH LOGIN")]
    public async Task Send_Credentials_UseTheMechanismOffered(string offer, string command)
    {
        await using var server = new ScriptedSmtpServer { Extensions = [offer] };
        await using var notifier = Notifier(server, o => o with { Username = "user", Password = SecretRef.FromValue("pass") });

        Assert.IsType<DeliveryResult.Delivered>(await notifier.SendAsync(NewMessage(), Token));

        Assert.Equal(command, server.Commands[1].Line);
        if (command == "AUTH LOGIN")
            Assert.Equal(["dXNlcg==", "cGFzcw=="], server.Commands.Where(c => c.Verb == "LOGIN").Select(c => c.Line));
    }

    [Theory]
    [InlineData("AUTH CRAM-MD5", "pass", "neither PLAIN nor LOGIN")]
    [InlineData("AUTH PLAIN", null, "cannot be read")]
    public async Task Send_CredentialsUnusable_RejectsTheDestination(string offer, string? password, string detail)
    {
        await using var server = new ScriptedSmtpServer { Extensions = [offer] };
        var reference = password is null ? SecretRef.FromFile("/nonexistent/password") : SecretRef.FromValue(password);
        await using var notifier = Notifier(server, o => o with { Username = "user", Password = reference });

        var result = Assert.IsType<DeliveryResult.Rejected>(await notifier.SendAsync(NewMessage(), Token));

        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (result.Reason, result.Scope));
        Assert.Contains(detail, result.Detail);
    }

    [Fact]
    public async Task Send_AuthFailsForNow_IsRetried()
    {
        await using var server = new ScriptedSmtpServer
        {
            Extensions = ["AUTH LOGIN"],
            Script = c => c.Verb == "LOGIN" ? "454 4.7.0 temporary authentication failure" : null,
        };
        await using var notifier = Notifier(server, o => o with { Username = "user", Password = SecretRef.FromValue("pass") });

        Assert.IsType<DeliveryResult.Retry>(await notifier.SendAsync(NewMessage(), Token));
    }

    private static EmailNotifier Notifier(
        ScriptedSmtpServer server,
        Func<EmailOptions, EmailOptions>? change = null,
        TimeProvider? time = null
    )
    {
        var options = new EmailOptions
        {
            Sender = "flyte@example.com",
            Host = "127.0.0.1",
            Port = server.Port,
        };
        return new EmailNotifier(change?.Invoke(options) ?? options, time);
    }

    private static Message NewMessage() =>
        new()
        {
            Id = "m1",
            Target = "lead@example.com",
            Title = "Title",
            Body = "Body",
            CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        };
}
