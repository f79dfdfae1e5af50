using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Which certificates a connection accepts: a verified one wherever clear text would not do.</summary>
internal static class SmtpCertificates
{
    public static SslClientAuthenticationOptions Authentication(EmailOptions options, bool loopback)
    {
        var authentication = new SslClientAuthenticationOptions { TargetHost = options.Host };
        var clearTextWouldDo = options.EffectiveTls == SmtpTls.Opportunistic && (options.Username is null || loopback);
        if (options.SkipTlsVerify || clearTextWouldDo && options.CaFile is null)
            authentication.RemoteCertificateValidationCallback = AcceptAny;
        else if (options.CaFile is { } file)
            authentication.CertificateChainPolicy = TrustOnly(file);
        return authentication;
    }

    private static X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw SmtpFailure.Retry(DeliveryReason.TlsFailed, "TLS: the file with the trusted authorities cannot be read");
        }
        return policy;
    }

    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null;
}
