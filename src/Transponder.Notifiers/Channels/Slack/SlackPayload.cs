using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>
/// Writes a message as Slack's JSON: a headline, the body in sections, the execution's facts, and a link that only the server makes. Whatever came
/// with an event stands in plain text or is escaped, so it can mention nobody, link nowhere and format nothing.
/// </summary>
internal static class SlackPayload
{
    private const int LongestHeader = 150;
    private const int LongestFallback = 3000;
    private const int LongestFact = 300;
    private const int LongestBody = 9000;
    private const int LongestBlockId = 255;

    // Slack refuses blocks of more than about 13,200 characters, without documenting how it counts.
    private const int LongestBlocks = 12_000;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request's body. The same message and place give the same bytes.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="channel">Where a bot posts it; null for a webhook.</param>
    /// <param name="thread">The timestamp of the thread's first message; null = no thread.</param>
    public static byte[] Write(Message message, string? channel, string? thread)
    {
        var body = LongestBody;
        var blocks = Blocks(message, body);
        while (blocks.Length > LongestBlocks && body > 500)
            blocks = Blocks(message, body /= 2);
        return Json(json =>
        {
            json.WriteStartObject();
            if (channel is not null)
                json.WriteString("channel", channel);
            if (thread is not null)
                json.WriteString("thread_ts", thread);
            json.WriteString("text", VisibleText.Cut(Escaped($"{Mark(message.Severity)} {message.Title}"), LongestFallback));
            json.WriteBoolean("mrkdwn", false);
            json.WriteBoolean("link_names", false);
            json.WriteString("parse", "none");
            json.WriteBoolean("unfurl_links", false);
            json.WriteBoolean("unfurl_media", false);
            json.WritePropertyName("blocks");
            json.WriteRawValue(blocks);
            json.WriteEndObject();
        });
    }

    private static byte[] Blocks(Message message, int longestBody) =>
        Json(json =>
        {
            json.WriteStartArray();
            WriteHeader(json, message);
            var isMrkdwn = message.Format == BodyFormat.Mrkdwn;
            foreach (var piece in SlackBody.Split(isMrkdwn ? message.Body : VisibleText.Of(message.Body), longestBody))
                WriteSection(json, piece, isMrkdwn);
            if (message.Execution is { } execution)
            {
                WriteFacts(json, execution);
                if (Link(execution.ConsoleUrl) is { } url)
                    WriteSection(json, $"<{url}|Open the execution>", isMrkdwn: true);
            }
            json.WriteEndArray();
        });

    private static void WriteHeader(Utf8JsonWriter json, Message message)
    {
        json.WriteStartObject();
        json.WriteString("type", "header");
        json.WriteString("block_id", VisibleText.Cut(message.Id, LongestBlockId));
        json.WritePropertyName("text");
        var title = Escaping.SingleLine(VisibleText.Of(message.Title));
        WriteText(json, VisibleText.Cut($"{Mark(message.Severity)} {title}", LongestHeader), isMrkdwn: false);
        json.WriteEndObject();
    }

    private static void WriteSection(Utf8JsonWriter json, string text, bool isMrkdwn)
    {
        json.WriteStartObject();
        json.WriteString("type", "section");
        json.WritePropertyName("text");
        WriteText(json, text, isMrkdwn);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, ExecutionInfo execution)
    {
        json.WriteStartObject();
        json.WriteString("type", "context");
        json.WriteStartArray("elements");
        foreach (var (name, value) in ExecutionFacts.Of(execution))
            WriteText(json, VisibleText.Line($"{name}: {value}", LongestFact), isMrkdwn: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string text, bool isMrkdwn)
    {
        json.WriteStartObject();
        json.WriteString("type", isMrkdwn ? "mrkdwn" : "plain_text");
        json.WriteString("text", text);
        if (isMrkdwn)
            json.WriteBoolean("verbatim", true);
        else
            json.WriteBoolean("emoji", false);
        json.WriteEndObject();
    }

    private static string? Link(string? url) =>
        WebLink
            .Of(url)
            ?.Replace("|", "%7C", StringComparison.Ordinal)
            .Replace("<", "%3C", StringComparison.Ordinal)
            .Replace(">", "%3E", StringComparison.Ordinal)
            .Replace("&", "&amp;", StringComparison.Ordinal);

    private static string Mark(Severity severity) =>
        severity switch
        {
            Severity.Error => "\U0001F534",
            Severity.Warning => "\U0001F7E0",
            _ => "\U0001F7E2",
        };

    private static string Escaped(string text)
    {
        var output = new System.Text.StringBuilder(text.Length + 16);
        MrkdwnText.Append(output, Escaping.SingleLine(text));
        return output.ToString();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Writing))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
