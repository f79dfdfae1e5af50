using System.Text;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Notifiers.Mail;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Email;

public sealed class MimeMessageTests
{
    private const string Hostile = "Boom\r\nBcc: evil@example.com\r\n\r\n<b>\0\u001b[31m {{ project }} =?UTF-8?B?eA==?= \u2028 🚀";

    [Fact]
    public void Compose_HtmlMessage_IsByteForByteThis()
    {
        var mail = Compose(
            new Message
            {
                Id = "d1",
                Title = "Execution \"abc\" has succeeded in \"development\".",
                Body = "<p>It is <b>done</b>: <a href=\"https://flyte.example.com/abc?a=1\">look</a>.</p>",
                Format = BodyFormat.Html,
                ThreadKey = "p/d/abc",
                CreatedAt = new DateTimeOffset(2026, 3, 4, 7, 6, 7, TimeSpan.FromHours(2)),
            }
        );

        Assert.Equal(
            """
            From: Flyte <flyte@example.com>
            To: lead@example.com
            Subject: Execution "abc" has succeeded in "development".
            Date: Wed, 04 Mar 2026 05:06:07 +0000
            Message-ID: <d1@example.com>
            In-Reply-To: <thread.5678f48426aa13d0855d25b962c36378@example.com>
            References: <thread.5678f48426aa13d0855d25b962c36378@example.com>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: multipart/alternative;
             boundary="=_8b53639f152c8fc6ef30802fde462ba0"

            --=_8b53639f152c8fc6ef30802fde462ba0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            It is done: look (https://flyte.example.com/abc?a=3D1).
            --=_8b53639f152c8fc6ef30802fde462ba0
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            <p>It is <b>done</b>: <a href=3D"https://flyte.example.com/abc?a=3D1">look<=
            /a>.</p>
            --=_8b53639f152c8fc6ef30802fde462ba0--

            """.ReplaceLineEndings("\r\n"),
            mail
        );
    }

    [Fact]
    public void Compose_SameMessage_GivesTheSameBytes()
    {
        var message = NewMessage("Title", "Body") with { ThreadKey = "p/d/x" };

        Assert.Equal(Compose(message), Compose(message with { }));
        Assert.NotEqual(Compose(message), Compose(message with { Id = "other" }));
    }

    [Fact]
    public void Compose_OneThread_SharesItsRoot()
    {
        var first = Read(NewMessage("a", "a") with { Id = "1", ThreadKey = "p/d/x" });
        var second = Read(NewMessage("b", "b") with { Id = "2", ThreadKey = "p/d/x" });
        var other = Read(NewMessage("c", "c") with { Id = "3", ThreadKey = "p/d/y" });

        Assert.Equal(first["References"], second["References"]);
        Assert.Equal(first["References"], first["In-Reply-To"]);
        Assert.NotEqual(first["References"], other["References"]);
        Assert.Null(Read(NewMessage("a", "a"))["References"]);
    }

    [Fact]
    public void Compose_HostileTexts_StayInTheirPlaces()
    {
        Assert.True(EmailAddress.TryParse("\"A, \\\"B\\\" <x> Ünï\" <lead@example.com>", out var to, out _));
        var bytes = MimeMessage.Compose(NewMessage(Hostile, Hostile) with { Id = Hostile, ThreadKey = Hostile }, Sender(), [to]);
        var mail = ReceivedMime.Parse(bytes.Span);

        Assert.Equal(
            [
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "In-Reply-To",
                "References",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding",
            ],
            mail.Headers.Select(h => h.Name)
        );
        Assert.Equal("Boom  Bcc: evil@example.com    <b>  [31m {{ project }} =?UTF-8?B?eA==?=   🚀", mail.Decoded("Subject"));
        Assert.Equal("A, \"B\" <x> Ünï <lead@example.com>", mail.Decoded("To"));
        Assert.Matches("^<[0-9a-f]{32}@example.com>$", mail["Message-ID"]!);
        AssertLines(mail.Raw);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    [InlineData(100_000)]
    public void Compose_LongTitle_IsFoldedAndCut(int length)
    {
        foreach (var unit in (string[])["x", "word ", "ü", "🚀", "a b=?c ", "日本語 "])
        {
            var title = string.Concat(Enumerable.Repeat(unit, length / unit.Length + 1)).Trim();
            var mail = Read(NewMessage(title, "Body"));

            var decoded = mail.Decoded("Subject");
            Assert.InRange(Encoding.UTF8.GetByteCount(decoded), 1, 903);
            Assert.StartsWith(decoded.TrimEnd('…').TrimEnd(), title);
            Assert.Equal(Encoding.UTF8.GetByteCount(title) > 900, decoded.EndsWith('…'));
            AssertLines(mail.Raw);
        }
    }

    [Fact]
    public void Compose_ManyRecipients_FoldTheList()
    {
        var to = Enumerable.Range(0, 50).Select(i => Parse($"Person {i} <person{i}@example.com>")).ToList();

        var mail = ReceivedMime.Parse(MimeMessage.Compose(NewMessage("t", "b"), Sender(), to).Span);

        Assert.Equal(50, mail["To"]!.Split(", ").Length);
        AssertLines(mail.Raw);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("trailing blank \ntab\t\nend ")]
    [InlineData("mixed\rline\nends\r\nhere\n\n\r\r")]
    [InlineData(".\n..\n.hidden\nFrom me")]
    [InlineData("a=b =3D = \u00e9\u20ac🚀 --=_x--")]
    [InlineData("日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語")]
    [InlineData("nul \0 bell \a escape \u001b")]
    [InlineData("")]
    public void Compose_AnyText_SurvivesTheBodyEncoding(string text)
    {
        foreach (var body in (string[])[text, string.Concat(Enumerable.Repeat(text, 200)), new string('x', 75) + text])
        {
            var mail = Read(NewMessage("t", body));

            var expected = body.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd('\n');
            Assert.Equal(expected, mail.Body.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n'));
            AssertLines(mail.Raw);
        }
    }

    [Fact]
    public void Encode_DotsAndBareLineEnds_AreMadeSafe()
    {
        var wire = SmtpData.Encode(Encoding.ASCII.GetBytes(".a\r\n..\n.\rb\r\n.\r\nend"));

        Assert.Equal("..a\r\n...\r\n..\r\nb\r\n..\r\nend\r\n.\r\n", Encoding.ASCII.GetString(wire.Span));
        Assert.Equal(".\r\n", Encoding.ASCII.GetString(SmtpData.Encode([]).Span));
        Assert.Equal("a\r\n.\r\n", Encoding.ASCII.GetString(SmtpData.Encode("a\r\n"u8).Span));
    }

    private static void AssertLines(string mail)
    {
        Assert.DoesNotContain(mail.Replace("\r\n", "", StringComparison.Ordinal), c => c is '\r' or '\n' or '\0' or '\u001b');
        foreach (var line in mail.Split("\r\n"))
        {
            Assert.InRange(line.Length, 0, 78);
            Assert.True(Ascii.IsValid(line));
            foreach (var word in line.Split(' ').Where(w => w.StartsWith("=?UTF-8?", StringComparison.Ordinal)))
            {
                Assert.InRange(word.Length, 12, 75);
                Assert.DoesNotContain('\ufffd', DecodeAlone(word));
            }
        }
    }

    private static string DecodeAlone(string word) =>
        ReceivedMime.Parse(Encoding.ASCII.GetBytes($"Subject: {word.TrimEnd(',')}\r\n\r\n")).Decoded("Subject");

    private static string Compose(Message message) =>
        Encoding.UTF8.GetString(MimeMessage.Compose(message, Sender(), [Parse("lead@example.com")]).Span);

    private static ReceivedMime Read(Message message) => ReceivedMime.Parse(Encoding.UTF8.GetBytes(Compose(message)));

    private static EmailAddress Sender() => Parse("Flyte <flyte@example.com>");

    private static EmailAddress Parse(string text) =>
        EmailAddress.TryParse(text, out var address, out _) ? address : throw new ArgumentException(text);

    private static Message NewMessage(string title, string body) =>
        new()
        {
            Id = "m1",
            Title = title,
            Body = body,
            CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        };
}
