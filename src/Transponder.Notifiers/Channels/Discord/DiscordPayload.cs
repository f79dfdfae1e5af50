using System.Globalization;
using System.Text;
using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Discord;

/// <summary>
/// Writes a message as one embed, within Discord's limits, that mentions nobody. Every text is escaped for Discord's Markdown, so only the
/// headline and the author's own links lead anywhere. The same message gives the same bytes.
/// </summary>
internal static class DiscordPayload
{
    private const int LongestTitle = 256;
    private const int LongestDescription = 4096;
    private const int LongestValue = 1024;
    private const int LongestFooter = 256;
    private const int LongestEmbed = 6000;
    private const int LongestField = 1000;
    private const int LongestFields = 3400;
    private const int LongestLinks = 1500;
    private const int MostFields = 25;
    private const int MostLinks = 10;

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
        var parts = MessageParts.Of(message, MostFields - facts.Count, LongestField, MostLinks);
        List<(string Name, string Value, bool IsShort)> fields = [.. parts.Fields.Select(Field), .. facts];
        while (Size(fields) > LongestFields && fields.Count > facts.Count)
            fields.RemoveAt(fields.Count - facts.Count - 1);
        var links = Links(parts.Links);
        var room = LongestEmbed - title.Length - footer.Length - Size(fields);
        json.WriteStartObject();
        json.WriteString("title", title.Length > 0 ? title : "-");
        if (Description(message, links, Math.Min(LongestDescription, room - 1)) is { Length: > 0 } description)
            json.WriteString("description", description);
        if (WebLink.Of(message.Execution?.ConsoleUrl) is { } url)
            json.WriteString("url", url);
        json.WriteNumber("color", Colour(message.Severity));
        json.WriteString("timestamp", message.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartArray("fields");
        foreach (var (name, value, isShort) in fields)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("value", value);
            json.WriteBoolean("inline", isShort);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("footer");
        json.WriteString("text", footer);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Description(Message message, string links, int most)
    {
        var room = links.Length == 0 ? most : most - links.Length - 2;
        var body =
            message.Format == BodyFormat.Markup
                ? MarkupPages.One(message.Body, DiscordMarkup.Instance, room)
                : Escaped(message.Body.Trim(), room, MarkupPages.CutMark);
        return links.Length == 0 ? body
            : body.Length == 0 ? links
            : $"{body}\n\n{links}";
    }

    private static string Links(IEnumerable<MessageLink> links)
    {
        var lines = new StringBuilder();
        foreach (var link in links.Select(link => DiscordMarkup.Instance.Link(link.Text, link.Url)))
        {
            if (lines.Length + link.Length < LongestLinks)
                lines.Append(lines.Length == 0 ? "" : "\n").Append(link);
        }
        return lines.ToString();
    }

    private static (string Name, string Value, bool IsShort) Field(MessageField field) =>
        (Escaped(field.Name, LongestTitle, "…"), Escaped(field.Value, LongestValue, "…"), field.IsShort);

    private static int Size(IEnumerable<(string Name, string Value, bool IsShort)> fields) =>
        fields.Sum(field => field.Name.Length + field.Value.Length);

    // Eight facts of at most this length leave the body its room.
    private static List<(string Name, string Value, bool IsShort)> Facts(ExecutionInfo execution) =>
        [
            .. ExecutionFacts
                .Of(execution)
                .Select(fact => (fact.Name, Escaped(VisibleText.Line(fact.Value, LongestValue), LongestValue / 4, "…"), true))
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
