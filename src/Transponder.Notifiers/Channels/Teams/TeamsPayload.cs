using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Teams;

/// <summary>
/// Writes a message as an Adaptive Card 1.5: a headline, the body, the execution's facts and a button that opens it. Every text is escaped for
/// the card's Markdown, so only buttons and the author's own links lead
/// anywhere. The same message gives the same bytes.
/// </summary>
internal static class TeamsPayload
{
    /// <summary>The most bytes of a request, with room to spare below Teams' 28 KB, which counts more than the text.</summary>
    public const int LargestRequest = 24_000;

    private const int LongestTitle = 300;
    private const int LongestFact = 300;
    private const int LongestBody = 16_000;
    private const int LongestValue = 2000;
    private const int MostFields = 30;

    // More are not shown everywhere.
    private const int MostButtons = 5;

    public static byte[] Write(Message message) =>
        JsonRequest.Fit(LargestRequest, LongestBody, longest => JsonRequest.Write(json => WriteRequest(json, message, longest)));

    private static void WriteRequest(Utf8JsonWriter json, Message message, int longestBody)
    {
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.5");
        json.WriteString("fallbackText", Title(message));
        json.WriteStartArray("body");
        WriteTitle(json, message);
        WriteBody(json, message, longestBody);
        var parts = MessageParts.Of(message, MostFields, Math.Min(LongestValue, longestBody / 8), MostLinks(longestBody));
        WriteFields(json, parts.Fields);
        var console = WebLink.Of(message.Execution?.ConsoleUrl);
        IEnumerable<MessageLink> links = console is null ? parts.Links : [new MessageLink("Open the execution", console), .. parts.Links];
        foreach (var link in links.Skip(MostButtons))
            WriteText(json, TeamsMarkup.Instance.Link(link.Text, link.Url));
        if (message.Execution is { } execution)
            WriteFacts(json, ExecutionFacts.Of(execution).Select(fact => (fact.Name, VisibleText.Line(fact.Value, LongestFact))));
        json.WriteEndArray();
        WriteActions(json, [.. links.Take(MostButtons)]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteTitle(Utf8JsonWriter json, Message message)
    {
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        json.WriteString("id", message.Id);
        json.WriteString("text", Title(message));
        json.WriteString("size", "medium");
        json.WriteString("weight", "bolder");
        json.WriteString("color", Colour(message.Severity));
        json.WriteBoolean("wrap", true);
        json.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter json, Message message, int longest)
    {
        if (message.Format != BodyFormat.Markup)
        {
            WriteText(json, Lines(VisibleText.Cut(VisibleText.Of(message.Body).Trim(), longest, MarkupPages.CutMark)));
            return;
        }
        var blocks = MarkupPages.Parse(message.Body, longest);
        for (var (i, left) = (0, longest); i < blocks.Count && left > MarkupPages.CutMark.Length; )
        {
            var isCode = blocks[i] is MarkupBlock.Code;
            // Code has a text of its own, in another font.
            var group = isCode ? [blocks[i]] : blocks.Skip(i).TakeWhile(block => block is not MarkupBlock.Code).ToList();
            foreach (var text in MarkupPages.Write(group, TeamsMarkup.Instance, left, left))
            {
                WriteText(json, text, isCode);
                left -= text.Length;
            }
            i += group.Count;
        }
    }

    private static void WriteText(Utf8JsonWriter json, string text, bool isCode = false)
    {
        if (text.Length == 0)
            return;
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        json.WriteString("text", text);
        if (isCode)
            json.WriteString("fontType", "monospace");
        json.WriteBoolean("wrap", true);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<MessageField> fields)
    {
        for (var i = 0; i < fields.Count; )
        {
            var facts = fields
                .Skip(i)
                .TakeWhile(field => field.IsShort)
                .Select(field => (MarkdownText.Escape(field.Name), field.Value))
                .ToList();
            if (facts.Count > 0)
                WriteFacts(json, facts);
            else
                WriteText(json, $"{TeamsMarkup.Instance.Bold(MarkdownText.Escape(fields[i].Name))}\n\n{Lines(fields[i].Value)}");
            i += Math.Max(facts.Count, 1);
        }
    }

    // A card joins lines; a blank one between them keeps them apart.
    private static string Lines(string text) => MarkdownText.Escape(text).Replace("\n", "\n\n", StringComparison.Ordinal);

    private static void WriteFacts(Utf8JsonWriter json, IEnumerable<(string Name, string Value)> facts)
    {
        json.WriteStartObject();
        json.WriteString("type", "FactSet");
        json.WriteStartArray("facts");
        foreach (var (name, value) in facts)
        {
            json.WriteStartObject();
            json.WriteString("title", name);
            json.WriteString("value", MarkdownText.Escape(value));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteActions(Utf8JsonWriter json, IReadOnlyList<MessageLink> buttons)
    {
        if (buttons.Count == 0)
            return;
        json.WriteStartArray("actions");
        foreach (var button in buttons)
        {
            json.WriteStartObject();
            json.WriteString("type", "Action.OpenUrl");
            json.WriteString("title", button.Text);
            json.WriteString("url", button.Url);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // URLs are not cut, so that a message which has little room left has few.
    private static int MostLinks(int longestBody) =>
        longestBody switch
        {
            > 8000 => 10,
            > 1000 => 4,
            _ => 1,
        };

    private static string Title(Message message) =>
        VisibleText.Line(message.Title, LongestTitle) is { Length: > 0 } title ? MarkdownText.Escape(title) : "-";

    private static string Colour(Severity severity) =>
        severity switch
        {
            Severity.Error => "attention",
            Severity.Warning => "warning",
            _ => "good",
        };
}
