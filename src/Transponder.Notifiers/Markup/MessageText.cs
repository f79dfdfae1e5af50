using System.Text;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Markup;

/// <summary>A whole message as one text, its fields and links under its body: for channels that know nothing but text.</summary>
public static class MessageText
{
    /// <summary>The body in plain text, whatever its format, with fields and links as lines under it.</summary>
    /// <param name="message">The message.</param>
    public static string ToPlain(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = message.Format switch
        {
            BodyFormat.Html => HtmlText.FromHtml(message.Body),
            BodyFormat.Markup => MarkupText.ToPlain(message.Body),
            _ => message.Body,
        };
        var lines = Lines(message);
        return lines.Count == 0 ? body : $"{body.TrimEnd('\n')}\n\n{string.Join('\n', lines)}".TrimStart('\n');
    }

    /// <summary>The body as HTML, whatever its format, with fields and links under it.</summary>
    /// <param name="message">The message.</param>
    public static string ToHtml(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var html = new StringBuilder(
            message.Format switch
            {
                BodyFormat.Html => message.Body,
                BodyFormat.Markup => MarkupText.ToHtml(message.Body),
                _ => MarkupText.ToHtml(MarkupText.Escape(message.Body)),
            }
        );
        var parts = MessageParts.Of(message);
        IEnumerable<string> fields = parts.Fields.Select(field => $"<strong>{HtmlStyle.Escape(field.Name)}:</strong> {Value(field.Value)}");
        IEnumerable<string> links = parts.Links.Select(link => HtmlStyle.Instance.Link(link.Text, link.Url));
        foreach (var lines in new[] { fields, links }.Where(lines => lines.Any()))
            html.Append("<p>").AppendJoin("<br>", lines).Append("</p>");
        return html.ToString();
    }

    /// <summary>The message with everything in its body, for a channel that shows neither markup nor fields nor links by itself.</summary>
    internal static Message Flatten(Message message)
    {
        if (message.Format != BodyFormat.Markup && message.Fields.Count == 0 && message.Links.Count == 0)
            return message;
        return message with
        {
            Body = message.Format switch
            {
                BodyFormat.Html => ToHtml(message),
                BodyFormat.Mrkdwn => $"{message.Body}\n\n{string.Join('\n', Lines(message).Select(line => MrkdwnText.Escape(line)))}",
                _ => ToPlain(message),
            },
            Format = message.Format == BodyFormat.Markup ? BodyFormat.Text : message.Format,
            Fields = [],
            Links = [],
        };
    }

    private static List<string> Lines(Message message)
    {
        var parts = MessageParts.Of(message);
        return
        [
            .. parts.Fields.Select(field => $"{field.Name}: {field.Value}"),
            .. parts.Links.Select(link => link.Text == link.Url ? link.Url : $"{link.Text}: {link.Url}"),
        ];
    }

    private static string Value(string value) => HtmlStyle.Escape(value).Replace("\n", "<br>", StringComparison.Ordinal);
}
