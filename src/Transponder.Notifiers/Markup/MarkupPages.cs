using System.Text;

namespace Transponder.Notifiers.Markup;

/// <summary>
/// Writes markup in a target's style onto pages of limited length. No page ends in the middle of a mark, a link or a character: a line that fits on
/// none loses its formatting and is divided; what exceeds the whole is cut, and says so.
/// </summary>
internal sealed class MarkupPages
{
    /// <summary>Says that something was cut.</summary>
    public const string CutMark = "… [cut]";

    private const int LeastPiece = 20;

    private readonly MarkupStyle style;
    private readonly int longest;
    private readonly List<string> pages = [];
    private readonly StringBuilder page = new();
    private int left;
    private bool opened;
    private bool full;

    private MarkupPages(MarkupStyle style, int longest, int most)
    {
        this.style = style;
        this.longest = longest - CutMark.Length;
        left = most - CutMark.Length;
    }

    /// <summary>All of it on one page.</summary>
    public static string One(string markup, MarkupStyle style, int most = int.MaxValue) =>
        Write(Parse(markup, most), style, most, most) is [var page, ..] ? page : "";

    /// <summary>The blocks of as much of a text as pages of so many characters may take.</summary>
    public static IReadOnlyList<MarkupBlock> Parse(string markup, int most)
    {
        var enough = (int)Math.Min((long)most * 4, int.MaxValue);
        return markup.Length <= enough
            ? MarkupParser.Parse(markup)
            :
            [
                .. MarkupParser.Parse(markup[..enough]),
                new MarkupBlock.Paragraph([
                    [new MarkupSpan.Text(CutMark)],
                ]),
            ];
    }

    /// <summary>The pages, none of them empty.</summary>
    /// <param name="blocks">What to write.</param>
    /// <param name="style">The target's style.</param>
    /// <param name="longest">The most characters of a page.</param>
    /// <param name="most">The most characters of all pages together.</param>
    public static IReadOnlyList<string> Write(IEnumerable<MarkupBlock> blocks, MarkupStyle style, int longest, int most)
    {
        var writer = new MarkupPages(style, longest, most);
        foreach (var block in blocks)
        {
            if (!writer.full)
                writer.Write(block);
        }
        writer.Turn();
        return writer.pages;
    }

    private void Write(MarkupBlock block)
    {
        opened = false;
        for (var i = 0; i < block.Count && !full; i++)
        {
            var line = style.Line(block, i);
            if (!Fits(block, line.Length) && page.Length > 0 && FitsOnNew(block, line.Length))
                TurnWithin(block);
            if (Fits(block, line.Length))
                Put(block, line);
            else
                Divide(block, i);
        }
        if (opened)
            Append(style.Close(block));
    }

    private void Divide(MarkupBlock block, int index)
    {
        var rest = Plain(block.Line(index));
        for (var isFirst = true; rest.Length > 0; isFirst = false)
        {
            var room = Room(block);
            if (room < LeastPiece && page.Length > 0 && left > LeastPiece)
            {
                TurnWithin(block);
                room = Room(block);
            }
            var (count, piece) = room < LeastPiece ? (0, "") : Beginning(block, index, rest, isFirst, room);
            rest = rest[count..];
            full = count == 0 || (rest.Length > 0 && left - piece.Length - Overhead(block) < LeastPiece);
            if (count > 0)
                Put(block, full ? piece + CutMark : piece);
            else if (page.Length > 0)
                page.Append(CutMark);
            if (full)
                return;
        }
    }

    private (int Count, string Piece) Beginning(MarkupBlock block, int index, string text, bool isFirst, int room)
    {
        var count = Math.Min(text.Length, room);
        while (count > 0)
        {
            if (count < text.Length && char.IsHighSurrogate(text[count - 1]))
                count--;
            var piece = style.Piece(block, index, text[..count], isFirst);
            if (piece.Length <= room)
                return (count, piece);
            count = Math.Min(count - 1, (int)((long)count * room / piece.Length));
        }
        return (0, "");
    }

    private bool Fits(MarkupBlock block, int length) => length <= Room(block);

    private bool FitsOnNew(MarkupBlock block, int length) =>
        style.Open(block).Length + length + style.Close(block).Length <= Math.Min(longest, left);

    private int Room(MarkupBlock block) => Math.Min(longest - page.Length, left) - Overhead(block);

    private int Overhead(MarkupBlock block) => Before(block).Length + style.Close(block).Length;

    private string Before(MarkupBlock block) =>
        opened ? style.Break(block)
        : page.Length > 0 ? style.BlockBreak + style.Open(block)
        : style.Open(block);

    private void Put(MarkupBlock block, string text)
    {
        Append(Before(block));
        Append(text);
        opened = true;
    }

    private void Append(string text)
    {
        page.Append(text);
        left -= text.Length;
    }

    private void TurnWithin(MarkupBlock block)
    {
        if (opened)
            Append(style.Close(block));
        opened = false;
        Turn();
    }

    private void Turn()
    {
        if (page.Length > 0)
            pages.Add(page.ToString());
        page.Clear();
    }

    private static string Plain(IEnumerable<MarkupSpan> spans) =>
        string.Concat(
            spans.Select(span =>
                span switch
                {
                    MarkupSpan.Text text => text.Value,
                    MarkupSpan.Bold bold => Plain(bold.Inner),
                    MarkupSpan.Italic italic => Plain(italic.Inner),
                    MarkupSpan.Code code => code.Value,
                    MarkupSpan.Link link => PlainStyle.Instance.Link(link.Label, link.Url),
                    _ => "",
                }
            )
        );
}
