using System.Globalization;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Markup;

/// <summary>
/// A message's fields and links as people may see them: nothing hidden, within limits, names and labels in one line and never empty, URLs usable. A
/// link that leads nowhere becomes a field, and of too many the last says how many are missing.
/// </summary>
internal sealed record MessageParts(IReadOnlyList<MessageField> Fields, IReadOnlyList<MessageLink> Links)
{
    private const int LongestName = 100;
    private const int LongestShort = 300;

    public static MessageParts Of(Message message, int mostFields = 40, int longestValue = 2000, int mostLinks = 10)
    {
        var links = new List<MessageLink>();
        var dead = new List<MessageField>();
        foreach (var link in message.Links)
        {
            if (links.Count < mostLinks && WebLink.Of(link.Url) is { } url)
                links.Add(new MessageLink(Line(link.Text, LongestName) is { Length: > 0 } text ? text : new Uri(url).Host, url));
            else
                dead.Add(new MessageField(link.Text, link.Url, IsShort: false));
        }
        var all = message.Fields.Concat(dead).ToList();
        var kept = all.Count <= mostFields ? all.Count : Math.Max(mostFields - 1, 0);
        var fields = all.Take(kept).Select(field => Shown(field, longestValue)).ToList();
        if (kept < all.Count && mostFields > 0)
            fields.Add(new MessageField("…", string.Create(CultureInfo.InvariantCulture, $"{all.Count - kept} more")));
        return new MessageParts(fields, links);
    }

    private static MessageField Shown(MessageField field, int longestValue) =>
        new(
            Line(field.Name, Math.Min(LongestName, longestValue)) is { Length: > 0 } name ? name : "-",
            Value(field, longestValue) is { Length: > 0 } value ? value : "-",
            field.IsShort
        );

    private static string Value(MessageField field, int longest) =>
        field.IsShort
            ? Line(field.Value, Math.Min(LongestShort, longest))
            : VisibleText.Cut(VisibleText.Of(Enough(field.Value, longest)).Trim(), longest);

    private static string Line(string text, int longest) => VisibleText.Line(Enough(text, longest), longest);

    // Nobody will see more of it.
    private static string Enough(string text, int longest) => VisibleText.Cut(text, longest * 4);
}
