using System.Globalization;

namespace Transponder.Notifiers.Markup;

/// <summary>How one target writes our markup. Whatever it is given is made inert for that target; a piece of text may be cut anywhere.</summary>
internal abstract class MarkupStyle
{
    /// <summary>What stands between two blocks.</summary>
    public virtual string BlockBreak => "\n\n";

    /// <summary>Text, made inert.</summary>
    /// <param name="text">The text, in one line.</param>
    /// <param name="opensLine">Whether it stands at a line's beginning.</param>
    public abstract string Text(string text, bool opensLine);

    public virtual string Bold(string inner) => inner;

    public virtual string Italic(string inner) => inner;

    public virtual string Code(string text) => Text(text, opensLine: false);

    public abstract string Link(string label, string url);

    /// <summary>A line of a block of code, or a part of one.</summary>
    public virtual string CodeLine(string text) => Text(text, opensLine: true);

    /// <summary>What stands before a block's first line; the same again where it goes on on another page.</summary>
    public virtual string Open(MarkupBlock block) => "";

    /// <summary>What stands after a block's last line.</summary>
    public virtual string Close(MarkupBlock block) => "";

    /// <summary>What stands between two lines of a block.</summary>
    public virtual string Break(MarkupBlock block) => "\n";

    /// <summary>An item of a list.</summary>
    /// <param name="number">Its number; null = a bullet.</param>
    /// <param name="inner">The item, written.</param>
    public virtual string Item(int? number, string inner) =>
        number is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known}. {inner}") : $"- {inner}";

    /// <summary>One line of a block.</summary>
    public string Line(MarkupBlock block, int index) =>
        block switch
        {
            MarkupBlock.Code code => CodeLine(code.Lines[index]),
            MarkupBlock.Items items => Item(items.First + index, Spans(items.Lines[index], opensLine: false)),
            _ => Spans(block.Line(index), opensLine: true),
        };

    /// <summary>A piece of a line that had to be divided: text without formatting.</summary>
    public string Piece(MarkupBlock block, int index, string text, bool isFirst) =>
        block switch
        {
            MarkupBlock.Code => CodeLine(text),
            MarkupBlock.Items items when isFirst => Item(items.First + index, Text(text, opensLine: false)),
            _ => Text(text, opensLine: true),
        };

    private string Spans(IReadOnlyList<MarkupSpan> spans, bool opensLine) =>
        string.Concat(spans.Select((span, i) => Span(span, opensLine && i == 0)));

    private string Span(MarkupSpan span, bool opensLine) =>
        span switch
        {
            MarkupSpan.Text text => Text(text.Value, opensLine),
            MarkupSpan.Bold bold => Bold(Spans(bold.Inner, opensLine: false)),
            MarkupSpan.Italic italic => Italic(Spans(italic.Inner, opensLine: false)),
            MarkupSpan.Code code => Code(code.Value),
            MarkupSpan.Link link => Link(link.Label, link.Url),
            _ => "",
        };
}
