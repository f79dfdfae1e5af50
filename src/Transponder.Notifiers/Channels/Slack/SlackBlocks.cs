using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>
/// Writes a message's blocks: a headline, the body in sections, fields, the execution's facts, and links that only the server and the task's own
/// author make. A scale above 0 halves what they may hold, as often as it says.
/// </summary>
internal static class SlackBlocks
{
    private const int LongestHeader = 150;
    private const int LongestFact = 300;
    private const int LongestBody = 9000;
    private const int LongestBlockId = 255;
    private const int LongestField = 1900;
    private const int LongestValue = 1000;
    private const int MostFields = 20;
    private const int MostLinks = 10;
    private const int FieldsOfASection = 10;

    public static void Write(Utf8JsonWriter json, Message message, int scale)
    {
        json.WriteStartArray();
        WriteHeader(json, message);
        WriteBody(json, message, LongestBody >> scale);
        var parts = MessageParts.Of(message, Math.Max(MostFields >> scale, 2), Math.Max(LongestValue >> scale, 20), MostLinks >> scale);
        WriteFields(json, parts.Fields);
        WriteLinks(json, parts.Links);
        if (message.Execution is { } execution)
        {
            WriteFacts(json, execution);
            if (WebLink.Of(execution.ConsoleUrl) is { } url)
                WriteSection(json, SlackMarkup.Instance.Link("Open the execution", url), isMrkdwn: true);
        }
        json.WriteEndArray();
    }

    /// <summary>The mark that tells a message's severity.</summary>
    public static string Mark(Severity severity) =>
        severity switch
        {
            Severity.Error => "\U0001F534",
            Severity.Warning => "\U0001F7E0",
            _ => "\U0001F7E2",
        };

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

    private static void WriteBody(Utf8JsonWriter json, Message message, int most)
    {
        var sections = message.Format switch
        {
            BodyFormat.Markup => MarkupPages.Write(
                MarkupPages.Parse(message.Body, most),
                SlackMarkup.Instance,
                SlackBody.LongestSection,
                most
            ),
            BodyFormat.Mrkdwn => SlackBody.Split(message.Body, most),
            _ => SlackBody.Split(VisibleText.Of(message.Body), most),
        };
        foreach (var section in sections)
            WriteSection(json, section, message.Format is BodyFormat.Mrkdwn or BodyFormat.Markup);
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<MessageField> fields)
    {
        for (var i = 0; i < fields.Count; )
        {
            if (!fields[i].IsShort)
            {
                WriteSection(json, Field(fields[i++]), isMrkdwn: true);
                continue;
            }
            json.WriteStartObject();
            json.WriteString("type", "section");
            json.WriteStartArray("fields");
            for (var end = Math.Min(i + FieldsOfASection, fields.Count); i < end && fields[i].IsShort; i++)
                WriteText(json, Field(fields[i]), isMrkdwn: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static string Field(MessageField field)
    {
        var name = $"*{SlackMarkup.Inert(field.Name, LongestField / 2)}*\n";
        return name + SlackMarkup.Inert(field.Value, LongestField - name.Length);
    }

    private static void WriteLinks(Utf8JsonWriter json, IReadOnlyList<MessageLink> links)
    {
        var section = "";
        foreach (var link in links.Select(link => SlackMarkup.Instance.Link(link.Text, link.Url)))
        {
            if (link.Length >= SlackBody.LongestSection)
                continue;
            if (section.Length + link.Length >= SlackBody.LongestSection)
            {
                WriteSection(json, section, isMrkdwn: true);
                section = "";
            }
            section = section.Length == 0 ? link : $"{section}\n{link}";
        }
        if (section.Length > 0)
            WriteSection(json, section, isMrkdwn: true);
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
}
