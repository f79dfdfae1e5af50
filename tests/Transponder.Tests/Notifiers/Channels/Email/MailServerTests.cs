using System.Diagnostics;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>Real mail servers take our mail, and an independent parser reads it as it was meant.</summary>
[Trait("needs", "servers")]
public sealed class MailServerTests : IDisposable
{
    private const string Hostile =
        "ValueError: it\r\nBcc: evil@example.com\r\n\r\n<script>alert('x')</script>\0 {{ project }} {{name}} =?UTF-8?B?ZXZpbA==?= \u001b[31m\r\n.\r\nQUIT\r\n\ud83d\ude80 Größe 👩‍💻";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly TempDirectory _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Postfix_TakesAndParserReadsWhatWasMeant()
    {
        await using var postfix = await PostfixServer.StartAsync();
        await using var notifier = Notifier(postfix.Port);

        var result = await notifier.SendAsync(NewMessage("d1", "Größe 👩‍💻 \"quoted\"", "<p>It <b>works</b>: ü €</p>"), Token);

        Assert.NotNull(Outcome.Is<DeliveryResult.Delivered>(result).Receipt);
        await Eventually.TrueAsync(() => postfix.Mails().Count == 1, "the mail in the Maildir");
        var mail = Assert.Single(await MailParser.ParseAsync(postfix.Mails()));
        Assert.Equal("Größe 👩‍💻 \"quoted\"", mail.Subject);
        Assert.Equal([new ParsedMailbox("Flyte, the \"bot\"", "flyte@example.com")], mail.From);
        Assert.Equal([new ParsedMailbox("", "lead@example.com")], mail.To);
        Assert.Equal("<p>It <b>works</b>: ü €</p>", mail.Html!.Trim());
        Assert.Equal("It works: ü €", mail.Text!.Trim());
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), mail.Date);
        Assert.Equal("<d1@example.com>", mail.MessageId);
        Assert.Equal(mail.InReplyTo, Assert.Single(mail.References));
        Assert.Equal("auto-generated", mail.AutoSubmitted);
        Assert.Equal(0, mail.Attachments);
    }

    [Fact]
    public async Task Postfix_HostileTexts_StayInert()
    {
        await using var postfix = await PostfixServer.StartAsync();
        await using var notifier = Notifier(postfix.Port);
        var big = string.Concat(Enumerable.Repeat(Hostile, 100_000 / Hostile.Length));
        (string Title, string Body, BodyFormat Format)[] texts =
        [
            (Hostile, Hostile, BodyFormat.Text),
            (big, big, BodyFormat.Text),
            (Hostile, System.Net.WebUtility.HtmlEncode(big), BodyFormat.Html),
            (new string('x', 100_000), new string('x', 100_000), BodyFormat.Text),
            ("\r\n.\r\n", "\r\n.\r\n.\r\nMAIL FROM:<evil@example.com>\r\n", BodyFormat.Text),
        ];

        for (var i = 0; i < texts.Length; i++)
        {
            var message = NewMessage($"d{i}\r\nBcc: evil@example.com", texts[i].Title, texts[i].Body) with { Format = texts[i].Format };
            Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(message, Token));
        }

        await Eventually.TrueAsync(() => postfix.Mails().Count == texts.Length, "the mails in the Maildir");
        var mails = await MailParser.ParseAsync(postfix.Mails());
        foreach (var mail in mails)
        {
            Assert.Empty(mail.Bcc);
            Assert.DoesNotContain("bcc", mail.Headers);
            Assert.Single(mail.To);
            Assert.Equal(0, mail.Attachments);
            Assert.DoesNotContain(mail.Subject ?? "", char.IsControl);
        }
        var expected = texts.Select(t => Unified(t.Format == BodyFormat.Html ? System.Net.WebUtility.HtmlDecode(t.Body) : t.Body)).ToList();
        var found = mails.Select(m => Unified(m.Html is null ? m.Text! : System.Net.WebUtility.HtmlDecode(m.Html))).ToList();
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Contains(mails, m => m.Subject!.Contains("{{ project }} {{name}} =?UTF-8?B?ZXZpbA==?="));
    }

    [Fact]
    public async Task Postfix_MixedRecipients_HaveTheirOwnResults()
    {
        await using var postfix = await PostfixServer.StartAsync();
        await using var notifier = Notifier(postfix.Port);

        var results = await notifier.SendToAllAsync(
            NewMessage("d1"),
            ["a@example.com", "gone@example.com", "grey@example.com", "x@elsewhere.example", "jürgen@example.com", "b@example.com"],
            Token
        );

        Assert.Equal(
            [
                DeliveryReason.Ok,
                DeliveryReason.RecipientRejected,
                DeliveryReason.Throttled,
                DeliveryReason.RecipientRejected,
                DeliveryReason.Ok,
                DeliveryReason.Ok,
            ],
            results.Select(r => r.Result.Reason)
        );
        await Eventually.TrueAsync(() => postfix.Mails().Count == 3, "three mails in the Maildir");
        await Eventually.TrueAsync(() => postfix.Log.Contains(": removed", StringComparison.Ordinal), "the last line about the mail");
        Assert.Equal(1, postfix.Log.Split("]: connect from").Length - 1);
    }

    [Fact]
    public async Task Postfix_StartTlsOfATestAuthority_IsUsed()
    {
        await using var postfix = await PostfixServer.StartAsync(_authority.WriteServer(_folder, "127.0.0.1"));
        await using var trusting = Notifier(postfix.Port, o => o with { Tls = SmtpTls.Required, CaFile = _authority.WritePem(_folder) });
        await using var wary = Notifier(postfix.Port, o => o with { Tls = SmtpTls.Required });

        Outcome.Is<DeliveryResult.Delivered>(await trusting.SendAsync(NewMessage("d1"), Token));
        Assert.Equal(DeliveryReason.TlsFailed, (await wary.SendAsync(NewMessage("d2"), Token)).Reason);

        await Eventually.TrueAsync(() => postfix.Mails().Count == 1, "the mail in the Maildir");
        Assert.Contains("with ESMTPS", await File.ReadAllTextAsync(postfix.Mails()[0], Token));
    }

    [Fact]
    public async Task Postfix_MailAboveItsLimit_IsRejectedForGood()
    {
        await using var postfix = await PostfixServer.StartAsync();
        await using var notifier = Notifier(postfix.Port);

        var result = await notifier.SendAsync(NewMessage("d1", "big", new string('x', 2_000_000)), Token);

        Assert.Equal(DeliveryReason.MessageRejected, Outcome.Is<DeliveryResult.Rejected>(result).Reason);
    }

    [Theory]
    [InlineData("PLAIN", false)]
    [InlineData("LOGIN", false)]
    [InlineData("PLAIN", true)]
    public async Task Aiosmtpd_LoginOverTls_Works(string mechanism, bool implicitTls)
    {
        var tls = _authority.WriteServer(_folder, "127.0.0.1");
        await using var server = await AiosmtpdServer.StartAsync(tls, implicitTls, ("ünser@example.com", "pässword 1"), mechanism);
        var mode = implicitTls ? SmtpTls.Implicit : SmtpTls.Auto;
        EmailOptions With(EmailOptions o, string password) =>
            o with
            {
                Tls = mode,
                CaFile = _authority.WritePem(_folder),
                Username = "ünser@example.com",
                Password = SecretRef.FromValue(password),
            };
        await using var right = Notifier(server.Port, o => With(o, "pässword 1"));
        await using var wrong = Notifier(server.Port, o => With(o, "other"));

        Outcome.Is<DeliveryResult.Delivered>(await right.SendAsync(NewMessage("d1"), Token));
        Outcome.Is<DeliveryResult.Delivered>(await right.SendAsync(NewMessage("d2"), Token));
        var refused = Outcome.Is<DeliveryResult.Rejected>(await wrong.SendAsync(NewMessage("d3"), Token));

        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (refused.Reason, refused.Scope));
        Assert.All(server.Mails(), m => Assert.True(m.Tls));
        Assert.Equal(["ünser@example.com", "ünser@example.com"], server.Mails().Select(m => m.User));
    }

    [Fact]
    public async Task Aiosmtpd_InternationalAddresses_ArriveWhole()
    {
        await using var server = await AiosmtpdServer.StartAsync();
        await using var notifier = Notifier(server.Port, o => o with { Sender = "Flüte <bot@bücher.example>" });

        var result = await notifier.SendAsync(NewMessage("d1") with { Target = "Jürgen Größe <jürgen@bücher.example>" }, Token);

        Outcome.Is<DeliveryResult.Delivered>(result);
        var taken = Assert.Single(server.Mails());
        Assert.Equal(("bot@xn--bcher-kva.example", "jürgen@xn--bcher-kva.example"), (taken.From, Assert.Single(taken.To)));
        var mail = Assert.Single(await MailParser.ParseAsync([taken.File]));
        Assert.Equal(("Jürgen Größe", "Flüte"), (mail.To[0].Name, mail.From[0].Name));
    }

    [Theory]
    [InlineData("-q", "DATA", DeliveryReason.ConnectionLost)]
    [InlineData("-f", "RCPT", DeliveryReason.RecipientRejected)]
    [InlineData("-r", "RCPT", DeliveryReason.Throttled)]
    [InlineData("-f", ".", DeliveryReason.MessageRejected)]
    [InlineData("-q", "CONNECT", DeliveryReason.ConnectionLost)]
    public async Task SmtpSink_Faults_AreToldApart(string option, string command, DeliveryReason reason)
    {
        await using var sink = await SmtpSink.StartAsync(option, command);
        await using var notifier = Notifier(sink.Port);

        var result = await notifier.SendAsync(NewMessage("d1"), Token);

        Assert.Equal(reason, result.Reason);
    }

    [Fact]
    public async Task SmtpSink_ManyMails_GoQuickly()
    {
        const int Count = 2000;
        await using var sink = await SmtpSink.StartAsync();
        await using var notifier = Notifier(sink.Port);
        await notifier.SendAsync(NewMessage("warm"), Token);
        var clock = Stopwatch.StartNew();

        var results = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => notifier.SendAsync(NewMessage($"d{i}"), Token)));

        Assert.All(results, r => Outcome.Is<DeliveryResult.Delivered>(r));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Count / clock.Elapsed.TotalSeconds:0} mails/s");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
    }

    private static string Unified(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd();

    private static EmailNotifier Notifier(int port, Func<EmailOptions, EmailOptions>? change = null)
    {
        var options = new EmailOptions
        {
            Sender = "\"Flyte, the \\\"bot\\\"\" <flyte@example.com>",
            Host = "127.0.0.1",
            Port = port,
            ConnectTimeout = TimeSpan.FromMinutes(1),
        };
        return new EmailNotifier(change?.Invoke(options) ?? options);
    }

    private static Message NewMessage(string id, string title = "Title", string body = "<p>Body</p>") =>
        new()
        {
            Id = id,
            Target = "lead@example.com",
            Title = title,
            Body = body,
            Format = BodyFormat.Html,
            ThreadKey = "flytesnacks/development/abc",
            CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        };
}
