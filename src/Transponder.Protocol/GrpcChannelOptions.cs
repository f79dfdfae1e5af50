using System.Net.Security;

namespace Transponder.Protocol;

/// <summary>How a <see cref="GrpcChannel"/> talks to its server.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>The largest answer that is accepted, compressed or not. 20 MiB unless set, as Flyte's clients have it.</summary>
    public int MaxMessageBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>How long a call may take that says nothing itself; null = without limit. Streams have none unless they say so.</summary>
    public TimeSpan? DefaultTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long making a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Metadata of every call, before the call's own.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Gives the bearer token of each call, so that a renewed one takes effect by itself; null, or a null answer = none is sent.</summary>
    public Func<string?>? Token { get; init; }

    /// <summary>The header that carries the token: <c>authorization</c> unless a proxy in between takes that one for itself.</summary>
    public string TokenHeader { get; init; } = "authorization";

    /// <summary>TLS settings for an <c>https</c> address; null = the system's.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>A PEM file with the authorities that an <c>https</c> server's certificate must come from; null = the system's.</summary>
    public string? CaFile { get; init; }
}
