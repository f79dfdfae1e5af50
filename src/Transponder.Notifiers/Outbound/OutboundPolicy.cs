using System.Net;

namespace Transponder.Notifiers.Outbound;

/// <summary>Where outgoing requests to user-given URLs may go: global addresses over https, and whatever the operator has opened.</summary>
public sealed record OutboundPolicy
{
    /// <summary>The strictest policy: global addresses over https only.</summary>
    public static OutboundPolicy Strict { get; } = new();

    /// <summary>Ranges that are permitted although they are not global, by plain http too.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>Permits plain http to every permitted address.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Reads ranges as the configuration writes them.</summary>
    /// <param name="ranges">CIDR ranges, or single addresses.</param>
    /// <param name="problems">What is wrong with them, one line each.</param>
    public static OutboundPolicy Parse(IEnumerable<string> ranges, out IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var networks = new List<IPNetwork>();
        var wrong = new List<string>();
        foreach (var range in ranges)
        {
            if (IPNetwork.TryParse(range, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(range, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                wrong.Add($"\"{range}\" is not a network range such as 10.0.0.0/8");
        }
        problems = wrong;
        return new OutboundPolicy { Allow = networks };
    }

    /// <summary>Says what is wrong with a URL before any name is resolved; null when a request may try it.</summary>
    /// <param name="url">The URL; the answer never contains it.</param>
    public string? CheckUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return "the URL is not absolute";
        if (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            return "the URL must begin with https:// (or http:// to an address in outbound.allow)";
        if (uri.UserInfo.Length > 0)
            return "the URL must not contain a user name or password; use a header";
        if (uri.Scheme == Uri.UriSchemeHttp && !AllowHttp && Allow.Count == 0)
            return "plain http is permitted only to addresses in outbound.allow, which is empty";
        return null;
    }

    /// <summary>Whether a connection to the address may be made.</summary>
    /// <param name="address">The address that would be connected to.</param>
    /// <param name="encrypted">Whether TLS will be spoken over it.</param>
    public bool Permits(IPAddress address, bool encrypted)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var range in Allow)
        {
            if (range.Contains(plain))
                return true;
        }
        return (encrypted || AllowHttp) && GlobalAddress.Is(plain);
    }
}
