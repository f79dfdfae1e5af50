namespace Transponder.Server.Wire;

/// <summary>What the two listeners need to know.</summary>
public sealed record WireOptions
{
    /// <summary>The address both ports bind to: an IP address, <c>localhost</c>, or <c>*</c> for all.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>HTTP/1.1: REST and health. 0 takes a free port.</summary>
    public int HttpPort { get; init; } = 8088;

    /// <summary>HTTP/2 without TLS: gRPC. 0 takes a free port.</summary>
    public int GrpcPort { get; init; } = 8089;

    /// <summary>The largest request message, also after decompression; flytekit's own cap is the same.</summary>
    public int MaxMessageBytes { get; init; } = 20 * 1024 * 1024;
}
