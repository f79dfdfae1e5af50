using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.GoogleChat;

/// <summary>
/// Writes a message as one card of Google Chat (<c>cardsV2</c>), within its limits. Every text is escaped for the card's HTML, and cards mention
/// nobody. The same message gives the same bytes.
/// </summary>
internal static class GoogleChatPayload
{
    /// <summary>The most bytes of a request, with room to spare below Chat's 32,000.</summary>
    public const int LargestRequest = 28_000;

    private const int LongestTitle = 200;
    private const int LongestFact = 300;
    private const int LongestBody = 16_000;
    private const int LongestValue = 2000;
    private const int MostFields = 50;
    private const int LongestThreadKey = 200;

    public static byte[] Write(Message message, bool threads) =>
        JsonRequest.Fit(LargestRequest, LongestBody, longest => JsonRequest.Write(json => WriteMessage(json, message, threads, longest)));

    private static void WriteMessage(Utf8JsonWriter json, Message message, bool threads, int longestBody)
    {
        var title = VisibleText.Line(message.Title, LongestTitle) is { Length: > 0 } line ? line : "-";
        // Plain messages know mentions and links between angle brackets; a card's headline does not.
        json.WriteString("fallbackText", Label(title));
        json.WriteStartArray("cardsV2");
        json.WriteStartObject();
        json.WriteString("cardId", message.Id);
        json.WriteStartObject("card");
        json.WriteStartObject("header");
        json.WriteString("title", $"{Mark(message.Severity)} {title}");
        json.WriteEndObject();
        json.WriteStartArray("sections");
        json.WriteStartObject();
        json.WriteStartArray("widgets");
        WriteWidgets(json, message, longestBody);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        if (threads && message.ThreadKey is { Length: > 0 } key)
        {
            json.WriteStartObject("thread");
            json.WriteString("threadKey", key.Length <= LongestThreadKey ? key : Hash(key));
            json.WriteEndObject();
        }
    }

    private static void WriteWidgets(Utf8JsonWriter json, Message message, int longestBody)
    {
        var body =
            message.Format == BodyFormat.Markup
                ? MarkupPages.One(message.Body, GoogleChatMarkup.Instance, longestBody)
                : GoogleChatMarkup.Escape(VisibleText.Cut(VisibleText.Of(message.Body).Trim(), longestBody, MarkupPages.CutMark));
        WriteWidget(json, "textParagraph", widget => widget.WriteString("text", body.Length > 0 ? body : "-"));
        var parts = MessageParts.Of(message, MostFields, Math.Min(LongestValue, longestBody / 8), MostLinks(longestBody));
        foreach (var field in parts.Fields)
            WriteFact(json, field.Name, field.Value);
        if (message.Execution is { } execution)
        {
            foreach (var (name, value) in ExecutionFacts.Of(execution))
                WriteFact(json, name, VisibleText.Line(value, LongestFact));
        }
        List<MessageLink> buttons = WebLink.Of(message.Execution?.ConsoleUrl) is { } url
            ? [new MessageLink("Open the execution", url), .. parts.Links]
            : [.. parts.Links];
        if (buttons.Count > 0)
            WriteWidget(json, "buttonList", widget => WriteButtons(widget, buttons));
    }

    private static void WriteFact(Utf8JsonWriter json, string name, string value) =>
        WriteWidget(
            json,
            "decoratedText",
            widget =>
            {
                widget.WriteString("topLabel", Label(name));
                widget.WriteString("text", GoogleChatMarkup.Escape(value) is { Length: > 0 } text ? text : "-");
                widget.WriteBoolean("wrapText", true);
            }
        );

    // What Chat's pages do not say is whether it reads markup here.
    private static string Label(string text) => text.Replace('<', '‹').Replace('>', '›');

    // URLs are not cut, so that a message which has little room left has few.
    private static int MostLinks(int longestBody) =>
        longestBody switch
        {
            > 8000 => 10,
            > 1000 => 4,
            _ => 1,
        };

    private static void WriteWidget(Utf8JsonWriter json, string kind, Action<Utf8JsonWriter> members)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        members(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteButtons(Utf8JsonWriter json, IEnumerable<MessageLink> links)
    {
        json.WriteStartArray("buttons");
        foreach (var link in links)
        {
            json.WriteStartObject();
            json.WriteString("text", Label(link.Text));
            json.WriteStartObject("onClick");
            json.WriteStartObject("openLink");
            json.WriteString("url", link.Url);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Mark(Severity severity) =>
        severity switch
        {
            Severity.Error => "\U0001F534",
            Severity.Warning => "\U0001F7E0",
            _ => "\U0001F7E2",
        };
}
