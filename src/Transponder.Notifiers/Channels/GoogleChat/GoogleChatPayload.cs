using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
    private const int LongestThreadKey = 200;

    public static byte[] Write(Message message, bool threads) =>
        JsonRequest.Fit(LargestRequest, LongestBody, longest => JsonRequest.Write(json => WriteMessage(json, message, threads, longest)));

    private static void WriteMessage(Utf8JsonWriter json, Message message, bool threads, int longestBody)
    {
        var title = VisibleText.Line(message.Title, LongestTitle) is { Length: > 0 } line ? line : "-";
        // Plain messages know mentions and links between angle brackets; a card's headline does not.
        json.WriteString("fallbackText", title.Replace('<', '‹').Replace('>', '›'));
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
        WriteWidgets(json, message, VisibleText.Cut(VisibleText.Of(message.Body).Trim(), longestBody, "… [cut]"));
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

    private static void WriteWidgets(Utf8JsonWriter json, Message message, string body)
    {
        WriteWidget(json, "textParagraph", widget => widget.WriteString("text", body.Length > 0 ? Escaped(body) : "-"));
        if (message.Execution is not { } execution)
            return;
        foreach (var (name, value) in ExecutionFacts.Of(execution))
        {
            WriteWidget(
                json,
                "decoratedText",
                widget =>
                {
                    widget.WriteString("topLabel", name);
                    widget.WriteString("text", Escaped(VisibleText.Line(value, LongestFact)) is { Length: > 0 } text ? text : "-");
                    widget.WriteBoolean("wrapText", true);
                }
            );
        }
        if (WebLink.Of(execution.ConsoleUrl) is { } url)
            WriteWidget(json, "buttonList", widget => WriteButton(widget, url));
    }

    private static void WriteWidget(Utf8JsonWriter json, string kind, Action<Utf8JsonWriter> members)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        members(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteButton(Utf8JsonWriter json, string url)
    {
        json.WriteStartArray("buttons");
        json.WriteStartObject();
        json.WriteString("text", "Open the execution");
        json.WriteStartObject("onClick");
        json.WriteStartObject("openLink");
        json.WriteString("url", url);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Mark(Severity severity) =>
        severity switch
        {
            Severity.Error => "\U0001F534",
            Severity.Warning => "\U0001F7E0",
            _ => "\U0001F7E2",
        };
}
