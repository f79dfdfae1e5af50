using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Transponder.Notifiers.Outbound;

/// <summary>How outgoing requests to user-given URLs are made.</summary>
public sealed record OutboundOptions
{
    /// <summary>Where they may go.</summary>
    public OutboundPolicy Policy { get; init; } = OutboundPolicy.Strict;

    /// <summary>Certificate authorities that are trusted in place of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>How names become addresses; null = the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; init; }

    /// <summary>The longest that resolving a name and connecting to its addresses may take together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most connections to one host and port.</summary>
    public int MaxConnectionsPerServer { get; init; } = 256;
}
