using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Flyteidl.Admin;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>With TLS both ports take both protocols, certificates are replaced without a restart, and who has none of the clients' authority stays out.</summary>
[Trait("needs", "servers")]
public sealed class TlsServesBothPorts : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly TestAuthority authority = new();
    private readonly string certificate;
    private readonly string key;
    private readonly string ca;

    public TlsServesBothPorts()
    {
        (certificate, key) = authority.WriteServer(folder, "127.0.0.1");
        ca = authority.WritePem(folder);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task EitherPort_EitherProtocol_IsAnswered()
    {
        await using var server = await StartAsync("");

        Assert.Equal("https", server.Http.Scheme);
        Assert.Equal("https", server.Grpc.Scheme);
        foreach (var address in new[] { server.Http, server.Grpc })
        {
            using var client = new TransponderClient(address, Patient.Channel with { CaFile = ca });
            Assert.NotEmpty((await client.Admin.GetDomainsAsync(new GetDomainRequest(), Token)).Domains);
            Assert.Equal("1.1 200", await CurlAsync(address, "--http1.1"));
            Assert.Equal("2 200", await CurlAsync(address, "--http2"));
        }
    }

    [Fact]
    public async Task Grpcio_WithTheAuthority_IsServed()
    {
        await using var server = await StartAsync("");
        var result = await PythonScript.RunAsync(
            "Scenarios/clients/tls.py",
            [server.Grpc.Authority, ca, DescriptorSet.Write(folder)],
            modules: ["grpc", "google.protobuf"]
        );

        Assert.Contains("development staging production", result.Succeeded());
    }

    [Fact]
    public async Task StrangeAuthorities_AreRefused()
    {
        await using var server = await StartAsync("");
        using var stranger = new TransponderClient(server.Grpc, Patient.Channel);

        var refused = await Assert.ThrowsAsync<RpcException>(() => stranger.Admin.GetDomainsAsync(new GetDomainRequest(), Token));

        Assert.Equal(StatusCode.Unavailable, refused.Code);
    }

    [Fact]
    public async Task NewCertificate_IsUsedWithoutARestart()
    {
        await using var server = await StartAsync("");
        Assert.Contains("CN=127.0.0.1", await SubjectAsync(server.Http));

        using (var next = new TestAuthority())
            next.WriteServer(folder, "replaced.example.com");

        await Eventually.TrueAsync(
            async () => (await SubjectAsync(server.Http)).Contains("CN=replaced.example.com"),
            "the new certificate to be shown"
        );
    }

    [Fact]
    public async Task ClientAuthority_KeepsOthersOut()
    {
        await using var server = await StartAsync($", clientCa: {ca}");
        using var mine = authority.Issue("client.example.com");
        using var theirs = TestCertificate.ForLoopback();

        Assert.True(await IsServedAsync(server.Grpc, mine));
        Assert.False(await IsServedAsync(server.Grpc, theirs));
        Assert.False(await IsServedAsync(server.Grpc, null));
    }

    private Task<ScenarioServer> StartAsync(string more) =>
        ScenarioServer.StartAsync("", server: $"tls: {{ certificate: {certificate}, key: {key}{more} }}");

    private async Task<bool> IsServedAsync(Uri address, X509Certificate2? own)
    {
        var tls = new SslClientAuthenticationOptions
        {
            ClientCertificates = own is null ? [] : [own],
            LocalCertificateSelectionCallback = own is null ? null : (_, _, _, _, _) => own,
        };
        using var client = new TransponderClient(address, Patient.Channel with { CaFile = ca, Tls = tls });
        try
        {
            await client.Admin.GetDomainsAsync(new GetDomainRequest(), Token);
            return true;
        }
        catch (RpcException refused) when (refused.Code == StatusCode.Unavailable)
        {
            return false;
        }
    }

    private static async Task<string> SubjectAsync(Uri address)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Token);
        var subject = "";
        using var tls = new SslStream(
            socket.GetStream(),
            leaveInnerStreamOpen: false,
            (_, shown, _, _) =>
            {
                subject = shown!.Subject;
                return subject.Length > 0;
            }
        );
        await tls.AuthenticateAsClientAsync("127.0.0.1");
        return subject;
    }

    private async Task<string> CurlAsync(Uri address, string version)
    {
        await using var curl = ChildProcess.Start(
            Executable.Require("curl", "curl"),
            [
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_version} %{http_code}\n",
                version,
                "--cacert",
                ca,
                new Uri(address, "healthcheck").ToString(),
            ]
        );
        await curl.ExitAsync();
        return curl.Output.Trim();
    }
}
