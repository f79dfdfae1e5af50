using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>
/// Writes a message as Slack's JSON. Whatever came with an event stands in plain text or is escaped, so it can mention nobody, link nowhere and
/// format nothing. The same message and place give the same bytes.
/// </summary>
internal static class SlackPayload
{
    private const int LongestFallback = 3000;
    private const int MostScale = 6;

    // Slack refuses blocks of more than about 13,200 characters, without documenting how it counts.
    private const int LongestBlocks = 12_000;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of a request that posts the message.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="channel">Where a bot posts it; null for a webhook.</param>
    /// <param name="thread">The timestamp of the thread's first message; null = no thread.</param>
    public static byte[] Write(Message message, string? channel, string? thread) =>
        Json(json =>
        {
            json.WriteStartObject();
            if (channel is not null)
                json.WriteString("channel", channel);
            if (thread is not null)
                json.WriteString("thread_ts", thread);
            WriteFallback(json, message);
            json.WriteBoolean("mrkdwn", false);
            json.WriteBoolean("link_names", false);
            json.WriteString("parse", "none");
            json.WriteBoolean("unfurl_links", false);
            json.WriteBoolean("unfurl_media", false);
            WriteBlocks(json, message);
            json.WriteEndObject();
        });

    /// <summary>The body of a request that puts the message in another's place.</summary>
    /// <param name="message">What to say.</param>
    /// <param name="standing">Where the other stands.</param>
    public static byte[] WriteUpdate(Message message, SlackReceipt standing) =>
        Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("channel", standing.Channel);
            json.WriteString("ts", standing.Timestamp);
            WriteFallback(json, message);
            json.WriteBoolean("link_names", false);
            json.WriteString("parse", "none");
            WriteBlocks(json, message);
            json.WriteEndObject();
        });

    private static void WriteFallback(Utf8JsonWriter json, Message message)
    {
        var title = MrkdwnText.Escape(Escaping.SingleLine($"{SlackBlocks.Mark(message.Severity)} {message.Title}"));
        json.WriteString("text", VisibleText.Cut(title, LongestFallback));
    }

    private static void WriteBlocks(Utf8JsonWriter json, Message message)
    {
        var scale = 0;
        var blocks = Json(part => SlackBlocks.Write(part, message, scale));
        while (blocks.Length > LongestBlocks && scale < MostScale)
        {
            scale++;
            blocks = Json(part => SlackBlocks.Write(part, message, scale));
        }
        json.WritePropertyName("blocks");
        json.WriteRawValue(blocks);
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Writing))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }
}
