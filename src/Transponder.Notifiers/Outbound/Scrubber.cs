using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Outbound;

/// <summary>Makes a text of the other side fit for a delivery's detail: one short line in which nothing secret is left.</summary>
internal sealed class Scrubber
{
    private const int ShortestSecret = 4;
    private const int ShortestSegment = 8;
    private const int LongestExcerpt = 200;

    public static Scrubber None { get; } = new(() => []);

    private readonly Func<IEnumerable<string>> secrets;

    private Scrubber(Func<IEnumerable<string>> secrets) => this.secrets = secrets;

    /// <summary>Knows a request's URL, its parts included since servers often echo only one of them, and the secrets that it carried.</summary>
    public static Scrubber For(Uri url, IEnumerable<string> secrets) =>
        new(() =>
        {
            var path = url.PathAndQuery;
            var parts = path.Split('/', '?', '&', '=').Where(p => p.Length >= ShortestSegment);
            return [path, .. parts, .. secrets];
        });

    /// <summary>The text's beginning in one line, each secret replaced by <c>***</c>; empty for a page of HTML.</summary>
    public string Excerpt(string text)
    {
        if (text.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal))
            return "";

        var line = Escaping.SingleLine(Mask(text, secrets())).Trim();
        if (line.Length <= LongestExcerpt)
            return line;
        return string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[LongestExcerpt - 1]) ? LongestExcerpt - 1 : LongestExcerpt), "…");
    }

    /// <summary>The text with each secret, however it is spelled, replaced by <c>***</c>; what is too short to be one is left alone.</summary>
    public static string Mask(string text, IEnumerable<string> secrets)
    {
        foreach (
            var secret in secrets.SelectMany(Spellings).Where(s => s.Length >= ShortestSecret).Distinct().OrderByDescending(s => s.Length)
        )
            text = text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        return text;
    }

    private static string[] Spellings(string secret) =>
        [secret, Uri.UnescapeDataString(secret), Uri.EscapeDataString(secret), secret.Replace("/", "\\/", StringComparison.Ordinal)];
}
