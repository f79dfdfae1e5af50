using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Transponder.Server.Configuration;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Configuration.Sections;

public sealed class TlsSectionTests : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly TestAuthority authority = new();

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Tls_OwnKeys_AreRead()
    {
        var (certificate, key) = authority.WriteServer(folder, "localhost");
        var ca = authority.WritePem(folder);

        var tls = Read($"server: {{ tls: {{ certificate: {certificate}, key: {key}, clientCa: {ca} }} }}").Options.Wire.Tls!;

        Assert.Equal((certificate, key, ca), (tls.CertificateFile, tls.KeyFile, tls.ClientCaFile));
    }

    [Fact]
    public void Tls_FlytesKeys_AreRead()
    {
        var (certificate, key) = authority.WriteServer(folder, "localhost");

        var tls = Read(
            $"server: {{ security: {{ secure: true, ssl: {{ certificateFile: {certificate}, keyFile: {key} }} }} }}"
        ).Options.Wire.Tls!;

        Assert.Equal((certificate, key), (tls.CertificateFile, tls.KeyFile));
        Assert.Null(Read("server: { security: { secure: false, ssl: { certificateFile: x, keyFile: y } } }").Options.Wire.Tls);
    }

    [Theory]
    [InlineData("tls: { key: x }", "server.tls.certificate: is missing")]
    [InlineData("tls: { certificate: /nowhere/c.pem }", "server.tls.certificate: /nowhere/c.pem does not exist")]
    [InlineData("security: { secure: true }", "server.security.ssl.certificateFile: is missing")]
    [InlineData(
        "security: { secure: true, ssl: { certificateFile: /nowhere/c.pem } }",
        "server.security.ssl.certificateFile: /nowhere/c.pem does not exist"
    )]
    public void Tls_WhatIsWrong_IsAnErrorWithItsKey(string yaml, string expected)
    {
        var result = ConfigLoader.Parse("c.yaml", $"server: {{ {yaml} }}");

        Assert.Contains(result.Problems, problem => problem.IsError && problem.ToString().Contains(expected));
    }

    [Fact]
    public void Tls_ExpiredCertificate_IsAWarning()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var expired = new CertificateRequest("CN=old", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(-2),
            now.AddDays(-1)
        );
        var file = folder.Write("old.pem", expired.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());

        var problem = Assert.Single(ConfigLoader.Parse("c.yaml", $"server: {{ tls: {{ certificate: {file} }} }}").Problems);

        Assert.False(problem.IsError);
        Assert.Contains("expired at", problem.ToString());
    }

    [Theory]
    [InlineData("cors: { allowedOrigins: [ 'https://a.example.com' ], allowedHeaders: x-team }", "https://a.example.com", "x-team")]
    [InlineData("security: { allowedOrigins: [ '*' ] }", "*", "")]
    [InlineData("security: { allowCors: true, allowedOrigins: [ 'http://a:1' ], allowedHeaders: [ x ] }", "http://a:1", "x")]
    [InlineData("security: { allowCors: false, allowedOrigins: [ '*' ] }", "", "")]
    [InlineData("host: 127.0.0.1", "", "")]
    public void Cors_EitherSpelling_IsRead(string yaml, string origins, string headers)
    {
        var cors = Read($"server: {{ {yaml} }}").Options.Wire.Cors;

        Assert.Equal(origins, string.Join(' ', cors.AllowedOrigins));
        Assert.Equal(headers, string.Join(' ', cors.AllowedHeaders));
    }

    [Theory]
    [InlineData("https://a.example.com/console")]
    [InlineData("a.example.com")]
    [InlineData("ftp://a.example.com")]
    public void Cors_WhatIsNoOrigin_IsAnError(string origin) =>
        Assert.False(ConfigLoader.Parse("c.yaml", $"server: {{ cors: {{ allowedOrigins: [ '{origin}' ] }} }}").IsValid());

    private static ConfigResult Read(string yaml)
    {
        var result = ConfigLoader.Parse("c.yaml", yaml);
        Assert.Empty(result.Problems);
        return result;
    }
}
