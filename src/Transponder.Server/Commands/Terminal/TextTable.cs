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
        var limit = width ?? int.MaxValue;
        var groups = Fit(widths, limit) ? [Enumerable.Range(0, columns.Length).ToArray()] : Groups(widths, limit);
        foreach (var row in rows.Prepend(header))
        {
            yield return Line(row, widths, groups[0]);
            foreach (var line in groups.Skip(1).SelectMany(group => Below(row, widths, group, limit)))
                yield return line;
        }
    }

    /// <summary>Whether all columns stand in one line, once the width of one with prose is shortened.</summary>
    private bool Fit(int[] widths, int limit)
    {
        var excess = Total(widths, Enumerable.Range(0, widths.Length)) - limit;
        if (excess <= 0)
            return true;
        for (var i = widths.Length - 1; i >= 0; i--)
        {
            if (!columns[i].IsProse || widths[i] - excess < ShortestCut)
                continue;
            widths[i] -= excess;
            return true;
        }

        return false;
    }

    /// <summary>The columns of each line of a row; prose has lines of its own.</summary>
    private List<int[]> Groups(int[] widths, int limit)
    {
        var groups = new List<int[]>();
        var open = new List<int>();
        for (var i = 0; i < widths.Length; i++)
        {
            var room = groups.Count == 0 ? limit : limit - Indent;
            if (open.Count > 0 && (columns[i].IsProse || columns[open[^1]].IsProse || Total(widths, open.Append(i)) > room))
            {
                groups.Add([.. open]);
                open.Clear();
            }

            open.Add(i);
        }

        groups.Add([.. open]);
        return groups;
    }

    private static int Total(int[] widths, IEnumerable<int> group) => group.Sum(i => widths[i] + Gap) - Gap;

    private List<Cell> Line(Cell[] row, int[] widths, int[] group)
    {
        var line = new List<Cell>();
        foreach (var i in group)
        {
            var text = row[i].Text.Length > widths[i] ? $"{row[i].Text[..(widths[i] - 1)]}…" : row[i].Text;
            var padded =
                columns[i].IsNumber ? text.PadLeft(widths[i])
                : i == group[^1] ? text
                : text.PadRight(widths[i]);
            line.Add(row[i] with { Text = i == group[0] ? padded : new string(' ', Gap) + padded });
        }

        return line;
    }

    private IEnumerable<List<Cell>> Below(Cell[] row, int[] widths, int[] group, int limit)
    {
        var indent = new Cell(new string(' ', Indent));
        if (group.All(i => row[i].Text.Length == 0))
            return [];
        return columns[group[0]].IsProse
            ? PlainText
                .Wrap(row[group[0]].Text, limit - Indent)
                .Select(part => new List<Cell> { indent, row[group[0]] with { Text = part } })
            :
            [
                [indent, .. Line(row, widths, group)],
            ];
    }
}

/// <summary>A column.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="IsProse">True for text that may be cut and wrapped: nobody copies it.</param>
/// <param name="IsNumber">True for what is aligned at its right.</param>
internal sealed record TextColumn(string Title, bool IsProse = false, bool IsNumber = false);
