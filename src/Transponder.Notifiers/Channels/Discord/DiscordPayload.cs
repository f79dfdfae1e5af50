using System.Globalization;
using System.Text.Json;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Discord;

/// <summary>
/// Writes a message as one embed, within Discord's limits, that mentions nobody. Every text is escaped for Discord's Markdown, so only the
/// headline leads anywhere. The same message gives the same bytes.
/// </summary>
internal static class DiscordPayload
{
    private const int LongestTitle = 256;
    private const int LongestDescription = 4096;
    private const int LongestValue = 1024;
    private const int LongestFooter = 256;
    private const int LongestEmbed = 6000;
    private const string CutMark = "… [cut]";

    public static byte[] Write(Message message) =>
        JsonRequest.Write(json =>
        {
            json.WriteStartArray("embeds");
            WriteEmbed(json, message);
            json.WriteEndArray();
            json.WriteStartObject("allowed_mentions");
            json.WriteStartArray("parse");
            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static void WriteEmbed(Utf8JsonWriter json, Message message)
    {
        var title = Escaped(VisibleText.Line(message.Title, LongestTitle), LongestTitle, "…");
        var footer = VisibleText.Line(message.Id, LongestFooter);
        var facts = message.Execution is { } execution ? Facts(execution) : [];
        var room = LongestEmbed - title.Length - footer.Length - facts.Sum(fact => fact.Name.Length + fact.Value.Length);
        json.WriteStartObject();
        json.WriteString("title", title.Length > 0 ? title : "-");
        if (Escaped(message.Body.Trim(), Math.Min(LongestDescription, room - 1), CutMark) is { Length: > 0 } description)
            json.WriteString("description", description);
        if (WebLink.Of(message.Execution?.ConsoleUrl) is { } url)
            json.WriteString("url", url);
        json.WriteNumber("color", Colour(message.Severity));
        json.WriteString("timestamp", message.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartArray("fields");
        foreach (var (name, value) in facts)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("value", value);
            json.WriteBoolean("inline", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("footer");
        json.WriteString("text", footer);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Eight facts of at most this length leave the body its room.
    private static List<(string Name, string Value)> Facts(ExecutionInfo execution) =>
        [
            .. ExecutionFacts
                .Of(execution)
                .Select(fact => (fact.Name, Escaped(VisibleText.Line(fact.Value, LongestValue), LongestValue / 4, "…")))
                .Where(fact => fact.Item2.Length > 0),
        ];

    // Discord counts the escapes too; none may lose what it escapes.
    private static string Escaped(string text, int most, string mark)
    {
        var escaped = MarkdownText.Escape(text);
        if (escaped.Length <= most)
            return escaped;
        var end = most - mark.Length;
        while (end > 0 && (escaped[end - 1] == '\\' || char.IsHighSurrogate(escaped[end - 1])))
            end--;
        return escaped[..end] + mark;
    }

    private static int Colour(Severity severity) =>
        severity switch
        {
            Severity.Error => 0xD92D20,
            Severity.Warning => 0xF79009,
            _ => 0x12B76A,
        };
}
