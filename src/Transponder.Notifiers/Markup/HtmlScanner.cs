using System.Buffers;

namespace Transponder.Notifiers.Markup;

/// <summary>Cuts HTML into tags and text. Forgiving, and linear in the input's length: a search that failed once is never repeated.</summary>
internal ref struct HtmlScanner(string html)
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t\r\n\f=/");

    private readonly string html = html;
    private int position;
    private bool noMoreTags;
    private bool quotesBroken;
    private bool commentsBroken;
    private ReadOnlySpan<char> tag;

    /// <summary>Whether the current piece is a tag; else it is text.</summary>
    public bool IsTag { get; private set; }

    /// <summary>Whether the current tag is an end tag.</summary>
    public bool IsEnd { get; private set; }

    /// <summary>The current tag's name in lower case; empty for comments and declarations.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The current text, entities not decoded.</summary>
    public ReadOnlySpan<char> Text { get; private set; }

    /// <summary>Moves to the next piece.</summary>
    public bool Next()
    {
        if (position >= this.html.Length)
            return false;
        if (!noMoreTags && StartsTag(position) && TryReadTag())
            return true;

        IsTag = false;
        var end = noMoreTags ? this.html.Length : NextTag(position + 1);
        Text = this.html.AsSpan(position, end - position);
        position = end;
        return true;
    }

    /// <summary>An attribute of the current tag, entities not decoded; null when it has none.</summary>
    public readonly string? Attribute(string name)
    {
        var rest = tag;
        while (!rest.IsEmpty)
        {
            rest = rest.TrimStart(" \t\r\n\f/");
            var nameEnd = rest.IndexOfAny(NameEnds);
            var found = nameEnd < 0 ? rest : rest[..nameEnd];
            rest = nameEnd < 0 ? default : rest[nameEnd..].TrimStart(" \t\r\n\f");
            if (rest.IsEmpty || rest[0] != '=')
                continue;
            rest = rest[1..].TrimStart(" \t\r\n\f");
            if (rest.IsEmpty)
                return null;
            var quote = rest[0];
            var quoted = quote is '"' or '\'';
            if (quoted)
                rest = rest[1..];
            var end = quoted ? rest.IndexOf(quote) : rest.IndexOfAny(" \t\r\n\f");
            var value = end < 0 ? rest : rest[..end];
            if (found.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value.ToString();
            rest = end < 0 ? default : rest[(end + (quoted ? 1 : 0))..];
        }
        return null;
    }

    /// <summary>Skips everything up to the end tag of a given name; all the rest when there is none.</summary>
    public void SkipTo(string name)
    {
        var end = this.html.AsSpan(position).IndexOf($"</{name}", StringComparison.OrdinalIgnoreCase);
        position = end < 0 ? this.html.Length : position + end;
    }

    private readonly int NextTag(int from)
    {
        while (true)
        {
            var at = this.html.IndexOf('<', from);
            if (at < 0)
                return this.html.Length;
            if (StartsTag(at))
                return at;
            from = at + 1;
        }
    }

    private readonly bool StartsTag(int at) =>
        this.html[at] == '<'
        && at + 1 < this.html.Length
        && (char.IsAsciiLetter(this.html[at + 1]) || this.html[at + 1] is '/' or '!' or '?');

    private bool TryReadTag()
    {
        var start = position;
        if (!commentsBroken && this.html.AsSpan(start).StartsWith("<!--"))
        {
            var close = this.html.IndexOf("-->", start + 4, StringComparison.Ordinal);
            if (close >= 0)
                return SetTag("", false, default, close + 3);
            commentsBroken = true;
        }

        var end = TagEnd(start + 1);
        if (end < 0)
        {
            noMoreTags = true;
            return false;
        }
        var isEnd = this.html[start + 1] == '/';
        var inner = this.html.AsSpan(start + (isEnd ? 2 : 1), end - start - (isEnd ? 2 : 1));
        var nameLength = 0;
        while (nameLength < inner.Length && char.IsAsciiLetterOrDigit(inner[nameLength]))
            nameLength++;
        return SetTag(inner[..nameLength].ToString().ToLowerInvariant(), isEnd, inner[nameLength..], end + 1);
    }

    private bool SetTag(string name, bool isEnd, ReadOnlySpan<char> attributes, int next)
    {
        IsTag = true;
        Name = name;
        IsEnd = isEnd;
        tag = attributes;
        position = next;
        return true;
    }

    private int TagEnd(int from)
    {
        if (!quotesBroken)
        {
            var quote = '\0';
            for (var i = from; i < this.html.Length; i++)
            {
                var c = this.html[i];
                if (quote != 0)
                    quote = c == quote ? '\0' : quote;
                else if (c is '"' or '\'')
                    quote = c;
                else if (c == '>')
                    return i;
            }
            quotesBroken = true;
        }
        return this.html.IndexOf('>', from);
    }
}
