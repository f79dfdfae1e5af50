using Transponder.Notifiers;

namespace Transponder.Server.Wire.Tls;

/// <summary>Where the server's certificate is kept. The files are read again when they change.</summary>
public sealed record TlsOptions
{
    /// <summary>A PEM file with the server's certificate, and those of intermediate authorities after it.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>A PEM file with the certificate's key; it may be the same file.</summary>
    public required string KeyFile { get; init; }

    /// <summary>What an encrypted key is opened with; null = the key is not encrypted.</summary>
    public SecretRef? KeyPassword { get; init; }

    /// <summary>A PEM file with the authorities that clients' certificates must come from; null = clients need none.</summary>
    public string? ClientCaFile { get; init; }
}
