using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Transponder.Notifiers.Markup;

namespace Transponder.Notifiers.Mail;

/// <summary>
/// Composes the mail for a message. The same message gives the same bytes at every attempt, all lines are at most 998 bytes and ended by CRLF,
/// and all of it is ASCII unless an address needs SMTPUTF8.
/// </summary>
internal static class MimeMessage
{
    private const int MaxSubjectBytes = 900;

    /// <summary>The mail, before dot-stuffing.</summary>
    public static ReadOnlyMemory<byte> Compose(Message message, EmailAddress from, IReadOnlyList<EmailAddress> to)
    {
        var mail = new ArrayBufferWriter<byte>(1024 + message.Body.Length * 3);
        Header(mail, "From", HeaderText.Mailbox(from, "From: ".Length));
        Header(mail, "To", AddressList(to, "To: ".Length));
        var subject = HeaderText.OneLine(message.Title, MaxSubjectBytes);
        Header(mail, "Subject", HeaderText.Unstructured(subject, "Subject: ".Length));
        Header(mail, "Date", message.CreatedAt.UtcDateTime.ToString("ddd, dd MMM yyyy HH':'mm':'ss '+0000'", CultureInfo.InvariantCulture));
        Header(mail, "Message-ID", $"<{IdPart(message.Id)}@{from.Domain}>");
        if (message.ThreadKey is { } key)
        {
            var root = $"<thread.{Hash(key)}@{from.Domain}>";
            Header(mail, "In-Reply-To", root);
            Header(mail, "References", root);
        }
        Header(mail, "Auto-Submitted", "auto-generated");
        Header(mail, "MIME-Version", "1.0");

        if (message.Format is not (BodyFormat.Html or BodyFormat.Markup))
        {
            Part(mail, "text/plain", MessageText.ToPlain(message));
            return mail.WrittenMemory;
        }

        var html = MessageText.ToHtml(message);
        // Neither quoted-printable nor base64 can contain "=_", so no body can forge the boundary.
        var boundary = $"=_{Hash(message.Id)}";
        Header(mail, "Content-Type", $"multipart/alternative;\r\n boundary=\"{boundary}\"");
        Write(mail, $"\r\n--{boundary}\r\n");
        Part(mail, "text/plain", message.Format == BodyFormat.Html ? HtmlText.FromHtml(html) : MessageText.ToPlain(message));
        Write(mail, $"--{boundary}\r\n");
        Part(mail, "text/html", html);
        Write(mail, $"--{boundary}--\r\n");
        return mail.WrittenMemory;
    }

    private static void Part(ArrayBufferWriter<byte> mail, string type, string text)
    {
        var canonical = BodyEncoding.Canonical(text);
        var base64 = BodyEncoding.PrefersBase64(canonical);
        Header(mail, "Content-Type", $"{type}; charset=utf-8");
        Header(mail, "Content-Transfer-Encoding", base64 ? "base64" : "quoted-printable");
        Write(mail, "\r\n");
        if (base64)
            BodyEncoding.WriteBase64(canonical, mail);
        else
            BodyEncoding.WriteQuotedPrintable(canonical, mail);
    }

    private static string AddressList(IReadOnlyList<EmailAddress> addresses, int column)
    {
        if (addresses.Count == 1)
            return HeaderText.Mailbox(addresses[0], column);
        var list = new StringBuilder();
        for (var i = 0; i < addresses.Count; i++)
        {
            if (i > 0)
                list.Append(",\r\n ");
            list.Append(HeaderText.Mailbox(addresses[i], i == 0 ? column : 1));
        }
        return list.ToString();
    }

    private static string IdPart(string id) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? id : Hash(id);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    private static void Header(ArrayBufferWriter<byte> mail, string name, string body)
    {
        Write(mail, name);
        Write(mail, ": ");
        Write(mail, body);
        Write(mail, "\r\n");
    }

    private static void Write(ArrayBufferWriter<byte> mail, string text) => Encoding.UTF8.GetBytes(text, mail);
}
