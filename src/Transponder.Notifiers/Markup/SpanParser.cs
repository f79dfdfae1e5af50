using System.Buffers;
using System.Text;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Markup;

/// <summary>Reads one line of our markup: bold, italic, code and links; a backslash before punctuation makes it text.</summary>
internal sealed class SpanParser
{
    private static readonly SearchValues<char> UrlEnds = SearchValues.Create(" \t()<>");

    private readonly string line;
    private readonly Stack<Frame> open = new();
    private readonly StringBuilder text = new();
    private Frame frame = new("");
    private bool noMoreCode;

    private SpanParser(string line) => this.line = line;

    public static IReadOnlyList<MarkupSpan> Parse(string line)
    {
        var parser = new SpanParser(line);
        for (var at = 0; at < line.Length; )
            at = parser.Read(at);
        while (parser.open.Count > 0)
            parser.GiveUp();
        parser.EndText();
        return parser.frame.Spans;
    }

    private int Read(int at) =>
        line[at] switch
        {
            '\\' when IsEscape(at) => Keep(line[at + 1], at + 2),
            '`' => ReadCode(at),
            '[' when at == 0 || line[at - 1] != '!' => ReadLink(at),
            '*' => ReadStars(at),
            var c => Keep(c, at + 1),
        };

    private int Keep(char c, int next)
    {
        text.Append(c);
        return next;
    }

    private int ReadCode(int at)
    {
        var code = new StringBuilder();
        var end = at + 1;
        while (!noMoreCode && end < line.Length && line[end] != '`')
        {
            if (IsEscape(end))
                end++;
            code.Append(line[end++]);
        }
        if (noMoreCode || end == line.Length)
        {
            noMoreCode = true;
            return Keep('`', at + 1);
        }
        if (code.Length == 0)
            return Keep(at, end + 1);
        Add(new MarkupSpan.Code(code.ToString()));
        return end + 1;
    }

    private bool IsEscape(int at) =>
        line[at] == '\\'
        && at + 1 < line.Length
        && char.IsAscii(line[at + 1])
        && (char.IsPunctuation(line[at + 1]) || char.IsSymbol(line[at + 1]));

    private int ReadLink(int at)
    {
        var label = line.AsSpan(at + 1);
        var close = label.IndexOfAny('[', ']');
        if (close <= 0 || label[close] != ']' || !label[(close + 1)..].StartsWith("("))
            return Keep('[', at + 1);
        var target = label[(close + 2)..];
        var end = target.IndexOfAny(UrlEnds);
        if (end <= 0 || target[end] != ')' || WebLink.Of(target[..end].ToString()) is not { } url)
            return Keep('[', at + 1);
        Add(new MarkupSpan.Link(label[..close].Trim().ToString() is { Length: > 0 } shown ? shown : url, url));
        return at + 1 + close + 2 + end + 1;
    }

    /// <summary>Stars mark words, not parts of them: those between two letters, and those between two blanks, are text.</summary>
    private int ReadStars(int at)
    {
        var end = at;
        while (end < line.Length && line[end] == '*')
            end++;
        var left = end - at;
        if (left > 3)
            return Keep(at, end);
        var before = at == 0 ? ' ' : line[at - 1];
        var after = end == line.Length ? ' ' : line[end];
        if (!char.IsWhiteSpace(before) && !char.IsLetterOrDigit(after))
            while (left > 0 && Closing(left) is { } mark)
            {
                Close(mark);
                left -= mark.Length;
            }
        if (!char.IsWhiteSpace(after) && !char.IsLetterOrDigit(before))
            foreach (var mark in Marks(left))
            {
                if (frame.Mark == mark || open.Any(outer => outer.Mark == mark))
                    break;
                EndText();
                open.Push(frame);
                frame = new Frame(mark);
                left -= mark.Length;
            }
        return Keep(end - left, end);
    }

    private int Keep(int from, int end)
    {
        text.Append(line, from, end - from);
        return end;
    }

    private static string[] Marks(int stars) =>
        stars switch
        {
            1 => ["*"],
            2 => ["**"],
            3 => ["**", "*"],
            _ => [],
        };

    private string? Closing(int stars)
    {
        if (frame.Mark.Length > 0 && frame.Mark.Length <= stars && (stars != 2 || frame.Mark.Length == 2 || open.Count == 1))
            return frame.Mark;
        return open.FirstOrDefault(outer => outer.Mark.Length > 0 && outer.Mark.Length == stars)?.Mark;
    }

    private void Close(string mark)
    {
        while (frame.Mark != mark)
            GiveUp();
        EndText();
        var inner = frame.Spans;
        if (inner.Count == 0)
        {
            GiveUp();
            text.Append(mark);
            return;
        }
        frame = open.Pop();
        frame.Spans.Add(mark.Length == 2 ? new MarkupSpan.Bold(inner) : new MarkupSpan.Italic(inner));
    }

    /// <summary>What was opened stays open for good: its mark is text.</summary>
    private void GiveUp()
    {
        EndText();
        var (mark, inner) = (frame.Mark, frame.Spans);
        frame = open.Pop();
        text.Append(mark);
        EndText();
        frame.Spans.AddRange(inner);
    }

    private void Add(MarkupSpan span)
    {
        EndText();
        frame.Spans.Add(span);
    }

    private void EndText()
    {
        if (text.Length > 0)
            frame.Spans.Add(new MarkupSpan.Text(text.ToString()));
        text.Clear();
    }

    private sealed record Frame(string Mark)
    {
        public List<MarkupSpan> Spans { get; } = [];
    }
}
