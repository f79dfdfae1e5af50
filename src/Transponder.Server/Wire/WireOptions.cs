using Transponder.Server.Wire.Cors;
using Transponder.Server.Wire.Tls;

namespace Transponder.Server.Wire;

/// <summary>What the two listeners need to know.</summary>
public sealed record WireOptions
{
    /// <summary>The address both ports bind to: an IP address, <c>localhost</c>, or <c>*</c> for all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>REST, health and gRPC-Web: HTTP/1.1, with TLS HTTP/2 too. 0 takes a free port.</summary>
    public int HttpPort { get; init; } = 8088;

    /// <summary>gRPC: HTTP/2, with TLS HTTP/1.1 too. 0 takes a free port.</summary>
    public int GrpcPort { get; init; } = 8089;

    /// <summary>The largest request message, also after decompression; flytekit's own cap is the same.</summary>
    public int MaxMessageBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>How long a client may take to send a request's headers.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The certificate of both ports; null = no TLS.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Which pages of other origins browsers may let in.</summary>
    public CorsOptions Cors { get; init; } = new();
}
