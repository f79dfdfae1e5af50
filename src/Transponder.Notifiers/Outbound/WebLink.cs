namespace Transponder.Notifiers.Outbound;

/// <summary>A link that a message may carry: an absolute http or https URL of at most 2,000 characters, in its escaped form.</summary>
internal static class WebLink
{
    private const int Longest = 2000;

    public static string? Of(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.AbsoluteUri.Length <= Longest
            ? WithoutBrackets(uri)
            : null;

    // Only an address of IPv6 may have them, and some readers insist.
    private static string WithoutBrackets(Uri uri)
    {
        var authority = uri.GetLeftPart(UriPartial.Authority).Length;
        return uri.AbsoluteUri[..authority]
            + uri.AbsoluteUri[authority..].Replace("[", "%5B", StringComparison.Ordinal).Replace("]", "%5D", StringComparison.Ordinal);
    }
}
