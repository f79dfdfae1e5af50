using System.Text;

namespace Transponder.TaskTool.Processes;

/// <summary>Keeps the end of an output, however much there is of it, and gives its last lines as a person would have seen them.</summary>
internal sealed class LastLines(int most)
{
    private const int Kept = 32 * 1024;
    private const int LongestLine = 1000;
    private const char Escape = '\u001b';
    private const char Bell = '\u0007';

    private readonly Lock gate = new();
    private readonly byte[] ring = new byte[Kept];
    private long total;

    public void Add(ReadOnlySpan<byte> output)
    {
        lock (gate)
        {
            total += output.Length;
            if (output.Length > Kept)
                output = output[^Kept..];
            var at = (int)((total - output.Length) % Kept);
            var first = Math.Min(output.Length, Kept - at);
            output[..first].CopyTo(ring.AsSpan(at));
            output[first..].CopyTo(ring);
        }
    }

    /// <summary>The lines, without colours, and of a line that was drawn over again and again its last state; empty when nothing was written.</summary>
    public string Text()
    {
        var lines = new List<string>();
        foreach (var raw in Encoding.UTF8.GetString(Bytes(out var cut)).Split('\n').Skip(cut ? 1 : 0))
        {
            var line = Visible(raw.TrimEnd('\r', ' ', '\t'));
            if (line.Length > 0 || lines.Count > 0)
                lines.Add(line.Length > LongestLine ? string.Concat(line.AsSpan(0, LongestLine), "…") : line);
        }
        while (lines.Count > 0 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return string.Join('\n', lines.Skip(Math.Max(0, lines.Count - most)));
    }

    private byte[] Bytes(out bool cut)
    {
        lock (gate)
        {
            cut = total > Kept;
            if (!cut)
                return ring[..(int)total];
            var start = (int)(total % Kept);
            return [.. ring.AsSpan(start), .. ring.AsSpan(0, start)];
        }
    }

    private static string Visible(string line)
    {
        var drawn = line.AsSpan(line.LastIndexOf('\r') + 1);
        if (!drawn.Contains(Escape))
            return drawn.ToString();
        var plain = new StringBuilder(drawn.Length);
        for (var i = 0; i < drawn.Length; i++)
        {
            if (drawn[i] == Escape)
                i = EndOfSequence(drawn, i);
            else
                plain.Append(drawn[i]);
        }
        return plain.ToString();
    }

    /// <summary>The index of the last character of the terminal's control sequence that begins here.</summary>
    private static int EndOfSequence(ReadOnlySpan<char> text, int start)
    {
        var i = start + 1;
        if (i >= text.Length)
            return start;
        if (text[i] == '[')
        {
            for (i++; i < text.Length && text[i] is < '@' or > '~'; i++) { }
            return i;
        }
        if (text[i] == ']')
        {
            for (i++; i < text.Length && text[i] is not (Bell or Escape); i++) { }
            return i < text.Length && text[i] == Escape ? i + 1 : i;
        }
        return i;
    }
}
