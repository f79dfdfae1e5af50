using System.Globalization;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Markup;

/// <summary>Reads our markup. Every text is one: what is no markup is text. Takes time in proportion to the text's length.</summary>
internal static class MarkupParser
{
    /// <summary>What stands alone, or before a language's name, in the lines around code.</summary>
    public const string Fence = "```";

    public static IReadOnlyList<MarkupBlock> Parse(string text)
    {
        var blocks = new List<MarkupBlock>();
        var lines = VisibleText.Of(text).Split('\n');
        for (var i = 0; i < lines.Length; )
        {
            var start = i;
            if (string.IsNullOrWhiteSpace(lines[i]))
                i++;
            else if (IsFence(lines[i]))
                blocks.Add(Code(lines, ref i));
            else if (Item(lines[i]) is { } item)
            {
                while (i < lines.Length && Item(lines[i]) is { } next && next.Number is null == item.Number is null)
                    i++;
                blocks.Add(
                    new MarkupBlock.Items(item.Number, [.. lines[start..i].Select(line => SpanParser.Parse(Item(line)!.Value.Text))])
                );
            }
            else
            {
                while (i < lines.Length && !string.IsNullOrWhiteSpace(lines[i]) && !IsFence(lines[i]) && Item(lines[i]) is null)
                    i++;
                blocks.Add(new MarkupBlock.Paragraph([.. lines[start..i].Select(SpanParser.Parse)]));
            }
        }
        return blocks;
    }

    /// <summary>The lines between two fences; up to the end where the second is missing.</summary>
    private static MarkupBlock.Code Code(string[] lines, ref int at)
    {
        var start = ++at;
        while (at < lines.Length && !IsFence(lines[at]))
            at++;
        var code = lines[start..Math.Min(at, lines.Length)];
        at++;
        return new MarkupBlock.Code(code.Length > 0 ? code : [""]);
    }

    private static bool IsFence(string line) =>
        line.StartsWith(Fence, StringComparison.Ordinal) && !line.AsSpan(Fence.Length).Contains('`');

    private static (int? Number, string Text)? Item(string line)
    {
        var text = line.AsSpan().TrimStart(' ');
        if (text.StartsWith("- ") || text.StartsWith("* "))
            return (null, text[2..].Trim().ToString());
        var digits = 0;
        while (digits < text.Length && digits < 4 && char.IsAsciiDigit(text[digits]))
            digits++;
        return digits > 0 && text[digits..].StartsWith(". ")
            ? (int.Parse(text[..digits], CultureInfo.InvariantCulture), text[(digits + 2)..].Trim().ToString())
            : null;
    }
}
