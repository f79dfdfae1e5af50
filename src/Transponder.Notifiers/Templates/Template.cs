using System.Text;

namespace Transponder.Notifiers.Templates;

/// <summary>
/// A text with <c>{{ token }}</c>s, parsed once and rendered many times. Values are inserted in a single pass and never looked at again, so text
/// that came with an event cannot name a token.
/// </summary>
public sealed class Template
{
    /// <summary>The most characters that a rendering may have; what is beyond is cut.</summary>
    public const int LargestOutput = 1 << 20;

    private const string CutMark = "… [cut]";

    private readonly Segment[] segments;

    private Template(string text, Segment[] segments, IReadOnlyList<string> unknownTokens)
    {
        Text = text;
        this.segments = segments;
        UnknownTokens = unknownTokens;
    }

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>What looks like a token but is none, as written with its braces, each once; it stays verbatim in the output.</summary>
    public IReadOnlyList<string> UnknownTokens { get; }

    /// <summary>Parses a template. Every text is one: what is no token stays as it is.</summary>
    /// <param name="text">The text; tokens are spelled <c>{{ x }}</c> or <c>{{x}}</c>, exactly so.</param>
    public static Template Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var segments = new List<Segment>();
        var unknown = new List<string>();
        var literal = 0;
        for (var at = text.IndexOf("{{", StringComparison.Ordinal); at >= 0; )
        {
            var next = at + 1;
            if (Close(text, at) is { } end)
            {
                if (TemplateTokens.Find(NameOf(text.AsSpan(at + 2, end - at - 4))) is { } value)
                {
                    if (at > literal)
                        segments.Add(new Segment(text[literal..at], null));
                    segments.Add(new Segment(null, value));
                    literal = end;
                    next = end;
                }
                else if (!unknown.Contains(text[at..end]))
                {
                    unknown.Add(text[at..end]);
                }
            }
            at = text.IndexOf("{{", next, StringComparison.Ordinal);
        }
        if (literal < text.Length)
            segments.Add(new Segment(text[literal..], null));
        return new Template(text, [.. segments], unknown);
    }

    /// <summary>Puts an execution's values into the text.</summary>
    /// <param name="execution">The values.</param>
    /// <param name="escape">Where the text will land.</param>
    public string Render(ExecutionInfo execution, TemplateEscape escape)
    {
        ArgumentNullException.ThrowIfNull(execution);
        var output = new StringBuilder(Text.Length + 256);
        foreach (var segment in segments)
        {
            if (segment.Literal is { } literal)
                output.Append(literal);
            else if (segment.Value!(execution) is { } value)
                Escaping.Append(output, value, escape);

            if (output.Length > LargestOutput)
            {
                output.Length = char.IsHighSurrogate(output[LargestOutput - 1]) ? LargestOutput - 1 : LargestOutput;
                output.Append(CutMark);
                break;
            }
        }
        var text = output.ToString();
        return escape == TemplateEscape.Header ? Escaping.SingleLine(text) : text;
    }

    /// <summary>The template as it was written.</summary>
    public override string ToString() => Text;

    /// <summary>The index after the <c>}}</c> that closes what opens at <paramref name="open"/>; null when braces or line ends come first.</summary>
    private static int? Close(string text, int open)
    {
        var inside = text.AsSpan(open + 2);
        var end = inside.IndexOfAny("{}\r\n");
        return end > 0 && inside[end..].StartsWith("}}", StringComparison.Ordinal) ? open + 2 + end + 2 : null;
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> inside) =>
        inside.Length > 2 && inside[0] == ' ' && inside[^1] == ' ' ? inside[1..^1] : inside;

    private readonly record struct Segment(string? Literal, Func<ExecutionInfo, string?>? Value);
}
