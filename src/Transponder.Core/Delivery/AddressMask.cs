namespace Transponder.Core.Delivery;

/// <summary>Addresses as they may be shown: of what could be a secret, a URL or a long key, only the beginning remains.</summary>
public static class AddressMask
{
    private const string Mask = "***";
    private const int LongestPlain = 24;

    /// <summary>The address, masked where need be.</summary>
    /// <param name="address">An address, a target or a destination's key.</param>
    public static string Of(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
            return MaskUrl(address, scheme + 3);
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 ? address[..(colon + 1)] + MaskKey(address[(colon + 1)..]) : MaskKey(address);
    }

    private static string MaskUrl(string address, int host)
    {
        var end = address.IndexOfAny(['/', '?', '#'], host);
        var authority = end < 0 ? address[host..] : address[host..end];
        var login = authority.LastIndexOf('@');
        var shown = address[..host] + (login < 0 ? authority : $"{Mask}@{authority[(login + 1)..]}");
        return end < 0 || address[end..] == "/" ? shown : $"{shown}/{Mask}";
    }

    /// <summary>A long run without the marks of a name or an e-mail address, but with digits, is taken for a key.</summary>
    private static string MaskKey(string target) =>
        target.Length > LongestPlain && !target.AsSpan().ContainsAny("@#. ") && target.AsSpan().ContainsAnyInRange('0', '9')
            ? target[..4] + Mask
            : target;
}
