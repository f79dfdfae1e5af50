using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.SendGrid;

/// <summary>Writes a message as a mail of SendGrid's v3 API, to one recipient. The same message gives the same bytes.</summary>
internal static class SendGridPayload
{
    private const int LongestSubject = 900;

    public static byte[] Write(Message message, SendGridOptions options, EmailAddress from, EmailAddress to) =>
        JsonRequest.Write(json =>
        {
            json.WriteStartArray("personalizations");
            json.WriteStartObject();
            json.WriteStartArray("to");
            WriteAddress(json, to);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WritePropertyName("from");
            WriteAddress(json, from);
            if (EmailAddress.TryParse(options.ReplyTo, out var answers, out _))
            {
                json.WritePropertyName("reply_to");
                WriteAddress(json, answers);
            }
            json.WriteString("subject", VisibleText.Line(message.Title, LongestSubject) is { Length: > 0 } subject ? subject : "-");
            WriteContent(json, message);
            WriteHeaders(json, message, from);
            if (options.Categories.Count > 0)
            {
                json.WriteStartArray("categories");
                foreach (var category in options.Categories)
                    json.WriteStringValue(category);
                json.WriteEndArray();
            }
            json.WriteStartObject("custom_args");
            json.WriteString("transponder_id", message.Id);
            json.WriteEndObject();
            WriteSettings(json, options);
        });

    private static void WriteContent(Utf8JsonWriter json, Message message)
    {
        json.WriteStartArray("content");
        if (message.Format is BodyFormat.Html or BodyFormat.Markup)
        {
            var html = MessageText.ToHtml(message);
            WritePart(json, "text/plain", message.Format == BodyFormat.Html ? HtmlText.FromHtml(html) : MessageText.ToPlain(message));
            WritePart(json, "text/html", html);
        }
        else
        {
            WritePart(json, "text/plain", MessageText.ToPlain(message));
        }
        json.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter json, string type, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("value", VisibleText.Of(text) is { Length: > 0 } visible ? visible : "-");
        json.WriteEndObject();
    }

    // The same root as for mail by SMTP, so that mail readers keep an execution's messages together.
    private static void WriteHeaders(Utf8JsonWriter json, Message message, EmailAddress from)
    {
        json.WriteStartObject("headers");
        json.WriteString("Auto-Submitted", "auto-generated");
        if (message.ThreadKey is { } key)
        {
            var root = $"<thread.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16))}@{from.Domain}>";
            json.WriteString("In-Reply-To", root);
            json.WriteString("References", root);
        }
        json.WriteEndObject();
    }

    private static void WriteSettings(Utf8JsonWriter json, SendGridOptions options)
    {
        if (options.Sandbox)
        {
            json.WriteStartObject("mail_settings");
            WriteSwitch(json, "sandbox_mode", true);
            json.WriteEndObject();
        }
        // SendGrid would lead links by way of itself, and put a picture into the mail.
        json.WriteStartObject("tracking_settings");
        WriteSwitch(json, "click_tracking", false);
        WriteSwitch(json, "open_tracking", false);
        json.WriteEndObject();
    }

    private static void WriteSwitch(Utf8JsonWriter json, string name, bool enable)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("enable", enable);
        json.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter json, EmailAddress address)
    {
        json.WriteStartObject();
        json.WriteString("email", address.Address);
        if (address.DisplayName is { Length: > 0 } name)
            json.WriteString("name", name);
        json.WriteEndObject();
    }
}
