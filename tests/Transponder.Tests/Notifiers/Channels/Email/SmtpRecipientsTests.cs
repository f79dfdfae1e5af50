using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>Several recipients, of which some are refused.</summary>
public sealed class SmtpRecipientsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

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
        await using var notifier = server.NewNotifier();

        var results = await notifier.SendToAllAsync(
            ScriptedSmtpServer.NewMessage(),
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
        await using var notifier = server.NewNotifier();

        var results = await notifier.SendToAllAsync(ScriptedSmtpServer.NewMessage(), ["gone@example.com", "a@example.com"], Token);

        Assert.Equal([DeliveryReason.RecipientRejected, DeliveryReason.ConnectionLost], results.Select(r => r.Result.Reason));
    }

    [Fact]
    public async Task Send_NobodyAccepted_ResetsAtOnce()
    {
        await using var server = new ScriptedSmtpServer { Script = c => c.Verb == "RCPT" ? "550 5.1.1 no such user" : null };
        await using var notifier = server.NewNotifier();

        await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

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
        await using var notifier = server.NewNotifier();

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(DeliveryReason.RecipientRejected, result.Reason);
        Assert.Empty(server.Mails);
        server.Script = _ => null;
        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Send_InternationalAddress_NeedsSmtpUtf8()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = server.NewNotifier();
        var message = ScriptedSmtpServer.NewMessage() with { Target = "jürgen@bücher.example" };

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(message, Token));

        var mail = Assert.Single(server.Mails);
        Assert.EndsWith(" BODY=8BITMIME SMTPUTF8", mail.From);
        Assert.Equal("RCPT TO:<jürgen@xn--bcher-kva.example>", Assert.Single(mail.Recipients));
    }

    [Fact]
    public async Task SendToAll_InternationalAddressWithoutSmtpUtf8_CostsTheOthersNothing()
    {
        await using var server = new ScriptedSmtpServer { Extensions = ["PIPELINING"] };
        await using var notifier = server.NewNotifier();

        var results = await notifier.SendToAllAsync(ScriptedSmtpServer.NewMessage(), ["jürgen@example.com", "a@bücher.example"], Token);

        Assert.Equal([DeliveryReason.RecipientRejected, DeliveryReason.Ok], results.Select(r => r.Result.Reason));
        Assert.Contains("SMTPUTF8", results[0].Result.Detail);
        Assert.Equal("RCPT TO:<a@xn--bcher-kva.example>", Assert.Single(Assert.Single(server.Mails).Recipients));
    }
}
