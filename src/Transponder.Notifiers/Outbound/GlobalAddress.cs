using System.Net;
using System.Net.Sockets;

namespace Transponder.Notifiers.Outbound;

/// <summary>Tells addresses of the public internet from those that lead inside: IPv4 by exclusion, IPv6 by inclusion.</summary>
internal static class GlobalAddress
{
    private static readonly IPNetwork[] InsideV4 = Networks(
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4"
    );

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] InsideV6 = Networks("2001::/23", "2001:db8::/32", "3fff::/20");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether the address belongs to the public internet, seen through the forms that carry an IPv4 address inside an IPv6 one.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(InsideV4, range => range.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;
        if (address.IsIPv4MappedToIPv6)
            return Is(address.MapToIPv4());

        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
            return Is(new IPAddress(bytes.AsSpan(12, 4)));
        if (!GlobalV6.Contains(address) || Array.Exists(InsideV6, range => range.Contains(address)))
            return false;
        if (SixToFour.Contains(address))
            return Is(new IPAddress(bytes.AsSpan(2, 4)));
        return !IsIsatap(bytes) || Is(new IPAddress(bytes.AsSpan(12, 4)));
    }

    private static bool IsIsatap(ReadOnlySpan<byte> bytes) =>
        (bytes[8] & 0xFD) == 0 && bytes[9] == 0 && bytes[10] == 0x5E && bytes[11] == 0xFE;

    private static IPNetwork[] Networks(params string[] ranges) => Array.ConvertAll(ranges, IPNetwork.Parse);
}
