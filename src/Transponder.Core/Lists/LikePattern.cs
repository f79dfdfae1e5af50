namespace Transponder.Core.Lists;

/// <summary>SQL's LIKE: <c>%</c> stands for any text, <c>_</c> for one character, a backslash takes the next one literally.</summary>
public static class LikePattern
{
    /// <summary>Whether the whole text matches.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    public static bool Matches(string text, string pattern)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(pattern);
        var (t, p, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%')
            {
                (star, mark) = (p++, t);
                continue;
            }
            var escaped = p < pattern.Length && pattern[p] == '\\' && p + 1 < pattern.Length;
            var at = escaped ? p + 1 : p;
            if (at < pattern.Length && ((!escaped && pattern[at] == '_') || pattern[at] == text[t]))
                (t, p) = (t + 1, at + 1);
            else if (star >= 0)
                (p, t) = (star + 1, ++mark);
            else
                return false;
        }
        while (p < pattern.Length && pattern[p] == '%')
            p++;
        return p == pattern.Length;
    }
}
