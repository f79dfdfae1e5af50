using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Transponder.Server.Wire.Tls;

/// <summary>A certificate with its key, its chain and the clients' authorities, as read at one moment, ready for handshakes.</summary>
internal sealed class TlsMaterial
{
    private TlsMaterial(X509Certificate2 leaf, X509Certificate2Collection chain, X509Certificate2Collection? clientAuthorities)
    {
        Leaf = leaf;
        Handshake = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
        };
        if (clientAuthorities is not null)
        {
            Handshake.ClientCertificateRequired = true;
            Handshake.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            Handshake.CertificateChainPolicy.CustomTrustStore.AddRange(clientAuthorities);
        }
    }

    /// <summary>The server's own certificate.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>What each handshake is made with.</summary>
    public SslServerAuthenticationOptions Handshake { get; }

    public static bool TryLoad(
        TlsOptions options,
        [NotNullWhen(true)] out TlsMaterial? material,
        [NotNullWhen(false)] out TlsProblem? problem
    )
    {
        material = null;
        return TlsFiles.TryRead(options, out var files, out problem) && TryLoad(options, files, out material, out problem);
    }

    public static bool TryLoad(
        TlsOptions options,
        TlsFiles files,
        [NotNullWhen(true)] out TlsMaterial? material,
        [NotNullWhen(false)] out TlsProblem? problem
    )
    {
        material = null;
        if (
            !TryParse(files.Certificate, "certificate", options.CertificateFile, out var chain, out problem)
            || !TryPair(options, files, out var leaf, out problem)
        )
        {
            return false;
        }

        X509Certificate2Collection? authorities = null;
        if (files.ClientCa is not null && !TryParse(files.ClientCa, "clientCa", options.ClientCaFile!, out authorities, out problem))
        {
            return false;
        }

        chain.RemoveAt(0);
        material = new TlsMaterial(leaf, chain, authorities);
        return true;
    }

    private static bool TryParse(
        string pem,
        string key,
        string file,
        [NotNullWhen(true)] out X509Certificate2Collection? certificates,
        [NotNullWhen(false)] out TlsProblem? problem
    )
    {
        certificates = [];
        problem = null;
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            certificates.Clear();
        }

        if (certificates.Count > 0)
        {
            return true;
        }

        problem = new TlsProblem(key, $"{file} holds no certificate in PEM form");
        certificates = null;
        return false;
    }

    private static bool TryPair(
        TlsOptions options,
        TlsFiles files,
        [NotNullWhen(true)] out X509Certificate2? leaf,
        [NotNullWhen(false)] out TlsProblem? problem
    )
    {
        leaf = null;
        problem = null;
        var encrypted = files.Key.Contains("ENCRYPTED", StringComparison.Ordinal);
        if (encrypted && options.KeyPassword is null)
        {
            problem = new TlsProblem("key", $"{options.KeyFile} is encrypted: give keyPassword");
            return false;
        }

        string? password = null;
        if (encrypted && !options.KeyPassword!.TryResolve(out password, out var missing))
        {
            problem = new TlsProblem("keyPassword", missing);
            return false;
        }

        try
        {
            leaf = encrypted
                ? X509Certificate2.CreateFromEncryptedPem(files.Certificate, files.Key, password)
                : X509Certificate2.CreateFromPem(files.Certificate, files.Key);
            return true;
        }
        catch (ArgumentException)
        {
            problem = new TlsProblem(
                "key",
                $"the key in {options.KeyFile} does not belong to the certificate in {options.CertificateFile}"
            );
        }
        catch (CryptographicException) when (encrypted)
        {
            problem = new TlsProblem("keyPassword", $"does not open the key in {options.KeyFile}");
        }
        catch (CryptographicException)
        {
            problem = new TlsProblem(
                "key",
                $"{options.KeyFile} holds no private key in PEM form that fits the certificate in {options.CertificateFile}"
            );
        }

        return false;
    }
}
