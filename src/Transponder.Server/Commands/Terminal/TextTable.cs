namespace Transponder.Server.Commands.Terminal;

/// <summary>
/// Columns two blanks apart, without lines around them. Where they are wider than the terminal, prose is cut first; if that is not enough, columns
/// go below their row's first line. What can be copied (ids, names, times) is never cut, and into a pipe nothing is.
/// </summary>
internal sealed class TextTable(params TextColumn[] columns)
{
    private const int Gap = 2;
    private const int ShortestCut = 16;
    private const int Indent = 4;

    private readonly List<Cell[]> rows = [];

    public int Count => rows.Count;

    public void Add(params Cell[] cells) => rows.Add([.. cells.Select(cell => cell with { Text = PlainText.Line(cell.Text) })]);

    /// <summary>The lines, each a list of cells that are padded already.</summary>
    /// <param name="width">The terminal's width; null = a pipe.</param>
    public IEnumerable<IReadOnlyList<Cell>> Lines(int? width)
    {
        var header = columns.Select(column => new Cell(column.Title, Ink.Faint)).ToArray();
        var widths = columns.Select((column, i) => rows.Select(row => row[i].Text.Length).Append(column.Title.Length).Max()).ToArray();
        var inLine = width is { } limit ? Fit(widths, limit) : columns.Length;
        foreach (var row in rows.Prepend(header))
        {
            yield return Line(row, widths, inLine);
            for (var i = inLine; i < columns.Length; i++)
            {
                foreach (var part in Below(row[i], columns[i], width ?? int.MaxValue))
                    yield return [new Cell(new string(' ', Indent)), part];
            }
        }
    }

    /// <summary>How many columns stand in one line; the widths of those that are cut are shortened.</summary>
    private int Fit(int[] widths, int limit)
    {
        var excess = Total(widths, widths.Length) - limit;
        if (excess <= 0)
            return widths.Length;
        for (var i = widths.Length - 1; i >= 0; i--)
        {
            if (!columns[i].IsProse || widths[i] - excess < ShortestCut)
                continue;
            widths[i] -= excess;
            return widths.Length;
        }

        var count = widths.Length - 1;
        while (count > 1 && Total(widths, count) > limit)
            count--;
        return count;
    }

    private static int Total(int[] widths, int count) => widths.Take(count).Sum() + (Gap * (count - 1));

    private List<Cell> Line(Cell[] row, int[] widths, int count)
    {
        var line = new List<Cell>();
        for (var i = 0; i < count; i++)
        {
            var text = row[i].Text.Length > widths[i] ? $"{row[i].Text[..(widths[i] - 1)]}…" : row[i].Text;
            var padded =
                columns[i].IsNumber ? text.PadLeft(widths[i])
                : i == count - 1 ? text
                : text.PadRight(widths[i]);
            line.Add(row[i] with { Text = i == 0 ? padded : new string(' ', Gap) + padded });
        }

        return line;
    }

    private static IEnumerable<Cell> Below(Cell cell, TextColumn column, int width)
    {
        if (cell.Text.Length == 0)
            return [];
        return column.IsProse ? PlainText.Wrap(cell.Text, width - Indent).Select(part => cell with { Text = part }) : [cell];
    }
}

/// <summary>A column.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="IsProse">True for text that may be cut and wrapped: nobody copies it.</param>
/// <param name="IsNumber">True for what is aligned at its right.</param>
internal sealed record TextColumn(string Title, bool IsProse = false, bool IsNumber = false);
