namespace Transponder.Notifiers.Markup;

/// <summary>A part of a text in our markup that stands by itself.</summary>
internal abstract record MarkupBlock
{
    private MarkupBlock() { }

    /// <summary>How many lines it has; at least one.</summary>
    public abstract int Count { get; }

    /// <summary>Lines of text that belong together.</summary>
    public sealed record Paragraph(IReadOnlyList<IReadOnlyList<MarkupSpan>> Lines) : MarkupBlock
    {
        public override int Count => Lines.Count;
    }

    /// <summary>A list's items, numbered from <paramref name="First"/>; null = with bullets.</summary>
    public sealed record Items(int? First, IReadOnlyList<IReadOnlyList<MarkupSpan>> Lines) : MarkupBlock
    {
        public override int Count => Lines.Count;
    }

    /// <summary>Lines of code, as they are.</summary>
    public sealed record Code(IReadOnlyList<string> Lines) : MarkupBlock
    {
        public override int Count => Lines.Count;
    }

    /// <summary>A line's spans.</summary>
    public IReadOnlyList<MarkupSpan> Line(int index) =>
        this switch
        {
            Paragraph paragraph => paragraph.Lines[index],
            Items items => items.Lines[index],
            Code code => [new MarkupSpan.Text(code.Lines[index])],
            _ => [],
        };
}

/// <summary>A part of a line; it never spans lines.</summary>
internal abstract record MarkupSpan
{
    private MarkupSpan() { }

    /// <summary>Plain text.</summary>
    public sealed record Text(string Value) : MarkupSpan;

    /// <summary>Bold text.</summary>
    public sealed record Bold(IReadOnlyList<MarkupSpan> Inner) : MarkupSpan;

    /// <summary>Italic text.</summary>
    public sealed record Italic(IReadOnlyList<MarkupSpan> Inner) : MarkupSpan;

    /// <summary>Code, its escapes read.</summary>
    public sealed record Code(string Value) : MarkupSpan;

    /// <summary>A link, whose URL has passed <see cref="Outbound.WebLink"/>.</summary>
    public sealed record Link(string Label, string Url) : MarkupSpan;
}
