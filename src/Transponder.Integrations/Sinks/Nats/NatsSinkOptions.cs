using Transponder.Notifiers;

namespace Transponder.Integrations.Sinks.Nats;

/// <summary>Events published to a subject of NATS.</summary>
public sealed record NatsSinkOptions
{
    /// <summary>The servers of one cluster, tried in turn: <c>nats://host:4222</c>, <c>tls://host:4222</c>, or <c>host</c>.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>The subject; <c>{project}</c>, <c>{domain}</c> and <c>{name}</c> become the execution's.</summary>
    public required string Subject { get; init; }

    /// <summary>Whether a stream of JetStream must have stored an event before it is confirmed; otherwise the server has received it.</summary>
    public bool JetStream { get; init; }

    /// <summary>The form of a message.</summary>
    public NatsSinkMode Mode { get; init; } = NatsSinkMode.Structured;

    /// <summary>The user.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public SecretRef? Password { get; init; }

    /// <summary>A token in place of a user.</summary>
    public SecretRef? Token { get; init; }

    /// <summary>Whether the connection must be encrypted; it is too when the server demands it or its address begins with <c>tls://</c>.</summary>
    public bool Tls { get; init; }

    /// <summary>A PEM file with the authorities to trust in place of the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>A PEM file with the client's certificate.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with the client certificate's key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether any certificate of the server is accepted.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The longest that connecting to one server may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest that the server may take to confirm.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>The form of a message.</summary>
public enum NatsSinkMode
{
    /// <summary>One JSON object with attributes and data, as Flyte sends it.</summary>
    Structured,

    /// <summary>The data as the payload, the attributes as <c>ce-</c> headers.</summary>
    Binary,
}
