using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Apprise;

/// <summary>Writes a message as the Apprise API takes it. The same message gives the same bytes.</summary>
internal static class ApprisePayload
{
    private const int LongestTitle = 250;
    private const int LongestBody = 32_000;

    public static byte[] Write(Message message, IReadOnlyList<string> urls, string? tags)
    {
        var isHtml = message.Format is BodyFormat.Html or BodyFormat.Markup;
        var html = isHtml ? MessageText.ToHtml(message) : "";
        // Half a tag would not be HTML any more.
        isHtml = isHtml && html.Length <= LongestBody;
        var body = isHtml ? html : VisibleText.Cut(VisibleText.Of(MessageText.ToPlain(message)), LongestBody);
        return JsonRequest.Write(json =>
        {
            if (urls.Count > 0)
                json.WriteString("urls", string.Join(", ", urls));
            json.WriteString("title", InertMentions.In(VisibleText.Line(message.Title, LongestTitle)));
            json.WriteString("body", InertMentions.In(body) is { Length: > 0 } text ? text : "-");
            json.WriteString("type", Type(message));
            json.WriteString("format", isHtml ? "html" : "text");
            if (tags is not null)
                json.WriteString("tag", tags);
        });
    }

    private static string Type(Message message) =>
        message.Severity switch
        {
            Severity.Error => "failure",
            Severity.Warning => "warning",
            _ => message.Execution?.Phase == "succeeded" ? "success" : "info",
        };
}
