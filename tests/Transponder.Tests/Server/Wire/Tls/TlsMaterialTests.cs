using System.Security.Authentication;
using System.Security.Cryptography;
using Transponder.Notifiers;
using Transponder.Server.Wire.Tls;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Wire.Tls;

public sealed class TlsMaterialTests : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly TestAuthority authority = new();

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Load_CertificateAndKeyInOneFile_AreAPair()
    {
        var (certificate, key) = authority.WriteServer(folder, "flyte.example.com");
        var both = folder.Write("both.pem", File.ReadAllText(certificate) + "\n" + File.ReadAllText(key));

        var material = Load(new TlsOptions { CertificateFile = both, KeyFile = both });

        Assert.Equal("CN=flyte.example.com", material.Leaf.Subject);
        Assert.True(material.Leaf.HasPrivateKey);
        Assert.False(material.Handshake.ClientCertificateRequired);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, material.Handshake.EnabledSslProtocols);
    }

    [Fact]
    public void Load_EncryptedKey_OpensWithItsPassword()
    {
        var (certificate, key) = authority.WriteServer(folder, "flyte.example.com");
        using var plain = ECDsa.Create();
        plain.ImportFromPem(File.ReadAllText(key));
        var encrypted = folder.Write(
            "encrypted.key",
            plain.ExportEncryptedPkcs8PrivateKeyPem(
                "open",
                new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)
            )
        );
        var options = new TlsOptions { CertificateFile = certificate, KeyFile = encrypted };

        Assert.True(Load(options with { KeyPassword = SecretRef.FromValue("open") }).Leaf.HasPrivateKey);
        Assert.Equal("keyPassword", Problem(options with { KeyPassword = SecretRef.FromValue("wrong") }).Key);
        Assert.Equal("keyPassword", Problem(options with { KeyPassword = SecretRef.FromFile(folder.File("none")) }).Key);
        Assert.Contains("is encrypted: give keyPassword", Problem(options).Text);
    }

    [Fact]
    public void Load_ClientAuthorities_AskForACertificate()
    {
        var (certificate, key) = authority.WriteServer(folder, "flyte.example.com");
        var options = new TlsOptions
        {
            CertificateFile = certificate,
            KeyFile = key,
            ClientCaFile = authority.WritePem(folder),
        };

        Assert.True(Load(options).Handshake.ClientCertificateRequired);
        Assert.Equal("clientCa", Problem(options with { ClientCaFile = key }).Key);
    }

    [Fact]
    public void Load_WhatIsWrong_IsNamed()
    {
        var (certificate, key) = authority.WriteServer(folder, "flyte.example.com");
        using var other = new TempDirectory();
        var (_, otherKey) = authority.WriteServer(other, "other.example.com");
        var options = new TlsOptions { CertificateFile = certificate, KeyFile = key };

        Assert.Equal(
            new TlsProblem("certificate", $"{folder.File("none.pem")} does not exist"),
            Problem(options with { CertificateFile = folder.File("none.pem") })
        );
        Assert.Equal(
            new TlsProblem("certificate", $"{key} holds no certificate in PEM form"),
            Problem(options with { CertificateFile = key })
        );
        Assert.Equal(
            new TlsProblem("key", $"the key in {otherKey} does not belong to the certificate in {certificate}"),
            Problem(options with { KeyFile = otherKey })
        );
        Assert.Equal("key", Problem(options with { KeyFile = certificate }).Key);
        Assert.Equal("key", Problem(options with { KeyFile = folder.Path }).Key);
    }

    private static TlsMaterial Load(TlsOptions options)
    {
        Assert.True(TlsMaterial.TryLoad(options, out var material, out var problem), problem?.Text);
        return material;
    }

    private static TlsProblem Problem(TlsOptions options)
    {
        Assert.False(TlsMaterial.TryLoad(options, out _, out var problem));
        return problem;
    }
}
