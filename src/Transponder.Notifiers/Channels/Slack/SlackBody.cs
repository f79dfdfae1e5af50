namespace Transponder.Notifiers.Channels.Slack;

/// <summary>Divides a long text among sections, each as long as Slack takes one.</summary>
internal static class SlackBody
{
    /// <summary>The most characters that a section's text may have.</summary>
    public const int LongestSection = 3000;

    private const string CutMark = "… [cut]";

    /// <summary>The text in pieces, at most <paramref name="most"/> characters in all; cut at line ends where there are some, never in a character or an entity.</summary>
    public static IEnumerable<string> Split(string text, int most)
    {
        var rest = text.AsMemory().Trim();
        var cut = rest.Length > most;
        if (cut)
            rest = rest[..End(rest.Span, most - CutMark.Length)];
        while (!rest.IsEmpty)
        {
            var end = End(rest.Span, LongestSection - (cut ? CutMark.Length : 0));
            var piece = rest[..end].ToString();
            rest = rest[end..].TrimStart('\n');
            yield return cut && rest.IsEmpty ? piece + CutMark : piece;
        }
    }

    private static int End(ReadOnlySpan<char> text, int most)
    {
        if (text.Length <= most)
            return text.Length;
        if (text[..most].LastIndexOf('\n') is var line && line >= most / 2)
            return line;
        if (text[..most].LastIndexOf('&') is var entity && entity >= most - "&amp;".Length && !text[entity..most].Contains(';'))
            return entity;
        return char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
    }
}
