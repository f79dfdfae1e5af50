namespace Transponder.TaskTool.Channels;

/// <summary>What a URL's scheme may be made of.</summary>
internal static class SchemeText
{
    public static bool ContainsOnlyScheme(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return false;
        }
        return char.IsAsciiLetter(text[0]);
    }
}
