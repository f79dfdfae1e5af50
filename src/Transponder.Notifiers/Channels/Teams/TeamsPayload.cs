using System.Text.Json;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Teams;

/// <summary>
/// Writes a message as an Adaptive Card 1.5: a headline, the body, the execution's facts and a button that opens it. Every text is escaped for
/// the card's Markdown, so only the button leads anywhere. The same message gives the same bytes.
/// </summary>
internal static class TeamsPayload
{
    /// <summary>The most bytes of a request, with room to spare below Teams' 28 KB, which counts more than the text.</summary>
    public const int LargestRequest = 24_000;

    private const int LongestTitle = 300;
    private const int LongestFact = 300;
    private const int LongestBody = 16_000;

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
        WriteText(json, VisibleText.Cut(VisibleText.Of(message.Body).Trim(), longestBody, "… [cut]"));
        if (message.Execution is { } execution)
            WriteFacts(json, execution);
        json.WriteEndArray();
        if (WebLink.Of(message.Execution?.ConsoleUrl) is { } url)
            WriteAction(json, url);
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

    private static void WriteText(Utf8JsonWriter json, string text)
    {
        if (text.Length == 0)
            return;
        json.WriteStartObject();
        json.WriteString("type", "TextBlock");
        // A card joins lines; a blank one between them keeps them apart.
        json.WriteString("text", MarkdownText.Escape(text).Replace("\n", "\n\n", StringComparison.Ordinal));
        json.WriteBoolean("wrap", true);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, ExecutionInfo execution)
    {
        json.WriteStartObject();
        json.WriteString("type", "FactSet");
        json.WriteStartArray("facts");
        foreach (var (name, value) in ExecutionFacts.Of(execution))
        {
            json.WriteStartObject();
            json.WriteString("title", name);
            json.WriteString("value", MarkdownText.Escape(VisibleText.Line(value, LongestFact)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAction(Utf8JsonWriter json, string url)
    {
        json.WriteStartArray("actions");
        json.WriteStartObject();
        json.WriteString("type", "Action.OpenUrl");
        json.WriteString("title", "Open the execution");
        json.WriteString("url", url);
        json.WriteEndObject();
        json.WriteEndArray();
    }

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
