using System.Text;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Outbound;

/// <summary>Makes a text of the other side fit for a delivery's detail: one short line in which nothing secret is left.</summary>
internal sealed class Scrubber
{
    private const int ShortestSecret = 4;
    private const int ShortestSegment = 8;
    private const int LongestExcerpt = 200;

    public static Scrubber None { get; } = new([]);

    private readonly string[] secrets;

    private Scrubber(IEnumerable<string> secrets) =>
        this.secrets = [.. secrets.Where(s => s.Length >= ShortestSecret).Distinct().OrderByDescending(s => s.Length)];

    /// <summary>Knows a request's URL, its parts included since servers often echo only one of them, and the secrets that it carried.</summary>
    public static Scrubber For(Uri url, IEnumerable<string> secrets)
    {
        var path = url.PathAndQuery;
        var parts = path.Split('/', '?', '&', '=').Where(p => p.Length >= ShortestSegment);
        IEnumerable<string> known = [path, .. parts, .. secrets];
        return new Scrubber(known.SelectMany(s => new[] { s, Uri.UnescapeDataString(s), s.Replace("/", "\\/", StringComparison.Ordinal) }));
    }

    /// <summary>The text's beginning in one line, each secret replaced by <c>***</c>; empty for a page of HTML.</summary>
    public string Excerpt(string text)
    {
        if (text.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal))
            return "";

        var clean = new StringBuilder(text);
        foreach (var secret in secrets)
            clean.Replace(secret, "***");
        var line = Escaping.SingleLine(clean.ToString()).Trim();
        return line.Length <= LongestExcerpt ? line : string.Concat(line.AsSpan(0, LongestExcerpt), "…");
    }
}
