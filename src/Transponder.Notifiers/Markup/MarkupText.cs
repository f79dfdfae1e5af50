using System.Text;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Markup;

/// <summary>Text in our markup (<see cref="BodyFormat.Markup"/>).</summary>
public static class MarkupText
{
    /// <summary>A value as text in markup: whatever could act in it has a backslash before it. For values that others write: names, errors, logs.</summary>
    /// <param name="value">The value.</param>
    public static string Escape(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var output = new StringBuilder(value.Length + 16);
        var opensLine = true;
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is '\\' or '*' or '`' or '[' or ']' || (opensLine && c == '-') || (c == '.' && EndsNumber(value, i)))
                output.Append('\\');
            output.Append(c);
            opensLine = c is '\n' or '\r' or '\u2028' or '\u2029' or '\u0085' || (opensLine && c == ' ');
        }
        return output.ToString();
    }

    /// <summary>Lines that others write, as a block of code between fences: none of them can end it.</summary>
    /// <param name="lines">The lines.</param>
    public static string CodeBlock(string lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        // With a blank before it a fence is none.
        var code = VisibleText
            .Of(lines)
            .Split('\n')
            .Select(line => line.StartsWith(MarkupParser.Fence, StringComparison.Ordinal) ? " " + line : line);
        return $"{MarkupParser.Fence}\n{string.Join('\n', code)}\n{MarkupParser.Fence}";
    }

    /// <summary>What a text in markup says in plain text; links as <c>text (url)</c>.</summary>
    /// <param name="markup">The text.</param>
    public static string ToPlain(string markup)
    {
        ArgumentNullException.ThrowIfNull(markup);
        return MarkupPages.One(markup, PlainStyle.Instance);
    }

    /// <summary>A text in markup as HTML without attributes but links' targets.</summary>
    /// <param name="markup">The text.</param>
    public static string ToHtml(string markup)
    {
        ArgumentNullException.ThrowIfNull(markup);
        return MarkupPages.One(markup, HtmlStyle.Instance);
    }

    // "1." at the beginning of a line would begin a list.
    private static bool EndsNumber(string text, int at)
    {
        if (at + 1 < text.Length && !char.IsWhiteSpace(text[at + 1]))
            return false;
        var start = at;
        while (start > 0 && char.IsAsciiDigit(text[start - 1]))
            start--;
        return start < at && (start == 0 || !char.IsLetterOrDigit(text[start - 1]));
    }
}
