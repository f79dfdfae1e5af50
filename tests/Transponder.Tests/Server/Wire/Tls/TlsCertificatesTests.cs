using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Server.Wire.Tls;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Wire.Tls;

public sealed class TlsCertificatesTests : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly TestAuthority authority = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Handshake_AfterTheFilesChanged_UsesTheNewCertificate()
    {
        var certificates = Start();
        var first = certificates.Handshake();
        authority.WriteServer(folder, "second.example.com");

        Assert.Same(first, certificates.Handshake());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=second.example.com", certificates.Handshake().ServerCertificateContext!.TargetCertificate.Subject);
    }

    [Fact]
    public void Handshake_WithUnchangedFiles_KeepsTheCertificate()
    {
        var certificates = Start();
        var first = certificates.Handshake();
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Same(first, certificates.Handshake());
    }

    [Fact]
    public void Handshake_WhileTheFilesAreWrong_KeepsTheLastGoodOne()
    {
        var certificates = Start();
        var first = certificates.Handshake();
        var good = File.ReadAllText(folder.File("server.key"));

        folder.Write("server.key", "half a file");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(first, certificates.Handshake());

        File.Delete(folder.File("server.key"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(first, certificates.Handshake());

        folder.Write("server.key", good);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=first.example.com", certificates.Handshake().ServerCertificateContext!.TargetCertificate.Subject);
    }

    [Fact]
    public void Start_WithoutFiles_SaysWhichKeyIsWrong()
    {
        var options = new TlsOptions { CertificateFile = folder.File("none"), KeyFile = folder.File("none") };

        var error = Assert.Throws<InvalidOperationException>(() =>
            new TlsCertificates(options, time, NullLogger<TlsCertificates>.Instance)
        );

        Assert.StartsWith("server.tls.certificate: ", error.Message);
    }

    private TlsCertificates Start()
    {
        var (certificate, key) = authority.WriteServer(folder, "first.example.com");
        return new TlsCertificates(
            new TlsOptions { CertificateFile = certificate, KeyFile = key },
            time,
            NullLogger<TlsCertificates>.Instance
        );
    }
}
