namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>One server's address as the configuration writes it: a host, or a URL, perhaps with credentials.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Tls">Whether the address asks for encryption.</param>
/// <param name="Credentials">User and password, or a token alone; empty when the address has none.</param>
internal sealed record NatsAddress(string Host, int Port, bool Tls, string Credentials)
{
    private const int UsualPort = 4222;

    public static NatsAddress Parse(string server)
    {
        var text = server.Contains("://", StringComparison.Ordinal) ? server : "nats://" + server;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw new ArgumentException("a server is not written as nats://host:4222", nameof(server));
        return new NatsAddress(url.IdnHost, url.Port > 0 ? url.Port : UsualPort, url.Scheme == "tls", Uri.UnescapeDataString(url.UserInfo));
    }

    /// <summary>Without credentials.</summary>
    public override string ToString() => string.Create(null, $"{Host}:{Port}");
}
