using System.Text;
using System.Text.Json;
using Transponder.Notifiers.Markup;

namespace Transponder.Notifiers.Templates;

/// <summary>Writes values so that they cannot be taken for markup.</summary>
internal static class Escaping
{
    /// <summary>Appends a value, escaped for the place where the text lands.</summary>
    public static void Append(StringBuilder output, string value, TemplateEscape escape)
    {
        switch (escape)
        {
            case TemplateEscape.Html:
                AppendHtml(output, value);
                break;
            case TemplateEscape.Json:
                output.Append(JsonEncodedText.Encode(value).Value);
                break;
            case TemplateEscape.Mrkdwn:
                MrkdwnText.Append(output, value);
                break;
            case TemplateEscape.Markup:
                output.Append(MarkupText.Escape(value));
                break;
            default:
                output.Append(value);
                break;
        }
    }

    /// <summary>
    /// Makes a text one line: runs of control characters and line separators become one blank, or nothing at either end or beside a blank;
    /// marks that turn the reading direction are dropped. A text without any of them is returned as it is.
    /// </summary>
    public static string SingleLine(string text)
    {
        if (!text.AsSpan().ContainsAny(Unwanted))
            return text;

        var output = new StringBuilder(text.Length);
        var broken = false;
        foreach (var c in text)
        {
            if (IsBreak(c))
            {
                broken = true;
            }
            else if (!IsDirectionMark(c))
            {
                if (broken && output.Length > 0 && output[^1] != ' ' && c != ' ')
                    output.Append(' ');
                broken = false;
                output.Append(c);
            }
        }
        return output.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> Unwanted = Characters.That(c => IsBreak(c) || IsDirectionMark(c));

    private static bool IsBreak(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    private static bool IsDirectionMark(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static void AppendHtml(StringBuilder output, string value)
    {
        var rest = value.AsSpan();
        while (true)
        {
            var at = rest.IndexOfAny(Markup);
            if (at < 0)
            {
                output.Append(rest);
                return;
            }
            output.Append(rest[..at]);
            _ = rest[at] switch
            {
                '&' => output.Append("&amp;"),
                '<' => output.Append("&lt;"),
                '>' => output.Append("&gt;"),
                '"' => output.Append("&quot;"),
                '\'' => output.Append("&#39;"),
                _ => output.Append('\uFFFD'),
            };
            rest = rest[(at + 1)..];
        }
    }

    private static readonly System.Buffers.SearchValues<char> Markup = Characters.That(c =>
        c is '&' or '<' or '>' or '"' or '\'' or '\u007F' or (< ' ' and not ('\t' or '\n' or '\r'))
    );
}
