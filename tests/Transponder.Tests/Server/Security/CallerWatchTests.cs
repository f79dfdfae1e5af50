using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Security;
using Transponder.Server.Wire;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;

namespace Transponder.Tests.Server.Security;

/// <summary>Streams end soon after their caller's rights, over the wire: health's stream as one that needs a role, and reflection's.</summary>
public sealed class CallerWatchTests : IDisposable
{
    private const string Secret = "0123456789abcdef";
    private const string Health = "/grpc.health.v1.Health/Watch";
    private const string Reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    private readonly FakeTimeProvider clock = new();
    private readonly TempDirectory folder = new();
    private readonly HttpClient http = new(new SocketsHttpHandler());

    [Theory]
    [InlineData(Health)]
    [InlineData(Reflection)]
    public async Task Stream_OfATokenWhoseSecretWasReplaced_EndsWithinTheInterval(string path)
    {
        var file = folder.Write("a", Secret);
        await using var server = await StartAsync(Guard(Known(SecretRef.FromFile(file))));
        using var call = await OpenAsync(server, path, Secret);

        await File.WriteAllTextAsync(file, "another-secret-0123", TestContext.Current.CancellationToken);
        clock.Advance(CallerWatch.Interval);

        Assert.Equal("16", await call.EndAsync());
    }

    [Fact]
    public async Task Stream_OfATokenThatStays_GoesOn()
    {
        var guard = Guard(Known(SecretRef.FromValue(Secret)));
        await using var server = await StartAsync(guard);
        using var call = await OpenAsync(server, Health, Secret);

        guard.Use(Known(SecretRef.FromValue(Secret)), []);
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(CallerWatch.Interval);
            server.Health.SetAll(i % 2 == 1);
            await call.NextAsync();
        }
    }

    [Theory]
    [InlineData("16", false)]
    [InlineData("7", true, Roles.None)]
    [InlineData("14", true, Roles.Viewer)]
    public async Task Stream_OfATokenWithOtherRights_EndsWithinTheInterval(string status, bool known, Roles roles = Roles.None)
    {
        var guard = Guard(Known(SecretRef.FromValue(Secret)));
        await using var server = await StartAsync(guard);
        using var call = await OpenAsync(server, Health, Secret);

        guard.Use(Known(SecretRef.FromValue(known ? Secret : "another-secret-0123"), new Grant(roles, new HashSet<string> { "a" })), []);
        clock.Advance(CallerWatch.Interval);

        Assert.Equal(status, await call.EndAsync());
    }

    [Fact]
    public async Task Stream_BegunWithoutAuthentication_EndsWhenThereIsOne()
    {
        var guard = Guard(null);
        await using var server = await StartAsync(guard);
        using var call = await OpenAsync(server, Health, null);

        guard.Use(Known(SecretRef.FromValue(Secret)), []);
        clock.Advance(CallerWatch.Interval);

        Assert.Equal("16", await call.EndAsync());
    }

    [Fact]
    public async Task Stream_OfAnExpiredToken_Ends()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        using var outbound = new OutboundHttp(
            new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.0/8"], out _), ConnectTimeout = TimeSpan.FromMinutes(1) }
        );
        var options = new OidcOptions
        {
            Issuer = issuer.Url,
            Audiences = [FakeIssuer.Audience],
            Metadata = new Uri($"{issuer.Url}/.well-known/openid-configuration"),
        };
        using var keys = new IssuerKeys(options, outbound, clock, NullLogger.Instance);
        var none = new StaticTokens([], clock, NullLogger.Instance);
        await using var server = await StartAsync(Guard(new Authenticator(none, new OidcTokens(options, keys, clock))));
        var token = issuer.Token(
            clock.GetUtcNow(),
            token => token.Expires = clock.GetUtcNow().UtcDateTime.AddMinutes(1),
            ("roles", new[] { "viewer" })
        );
        using var call = await OpenAsync(server, Health, token);

        clock.Advance(TimeSpan.FromMinutes(1));
        server.Health.SetAll(false);
        await call.NextAsync();
        clock.Advance(TimeSpan.FromSeconds(30) + CallerWatch.Interval);

        Assert.Equal("16", await call.EndAsync());
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private Authenticator Known(SecretRef secret, Grant? grant = null) =>
        new(
            new StaticTokens(
                [
                    new TokenOptions
                    {
                        Name = "ci",
                        Secret = secret,
                        Grant = grant ?? new Grant(Roles.Viewer, null),
                    },
                ],
                clock,
                NullLogger.Instance
            ),
            null
        );

    private AccessGuard Guard(Authenticator? authenticator) =>
        new(
            authenticator,
            [],
            clock,
            new AccessRules()
                .Service("grpc.health.v1.Health")
                .Allow(AccessRules.Reads, "Watch")
                .Service("grpc.reflection.v1.ServerReflection")
                .Allow(AccessRules.Reads, "ServerReflectionInfo")
        );

    private static Task<WireServer> StartAsync(AccessGuard guard) => WireServer.StartAsync(new RpcServices(), new WireOptions(), guard);

    private async Task<OpenCall> OpenAsync(WireServer server, string path, string? token)
    {
        var body = new OpenBody();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Grpc, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
        if (path == Health)
            body.End();
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var call = new OpenCall(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), body);
        await call.NextAsync();
        return call;
    }

    private sealed class OpenCall(HttpResponseMessage response, Stream stream, OpenBody body) : IDisposable
    {
        public async Task NextAsync()
        {
            var header = new byte[5];
            await InTimeAsync(stream.ReadExactlyAsync(header, TestContext.Current.CancellationToken).AsTask());
            await InTimeAsync(stream.ReadExactlyAsync(new byte[header[4]], TestContext.Current.CancellationToken).AsTask());
        }

        public async Task<string> EndAsync()
        {
            var read = stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();
            await InTimeAsync(read);
            Assert.Equal(0, await read);
            return response.TrailingHeaders.GetValues("grpc-status").Single();
        }

        // The clock stands still: what does not come now never comes.
        private static Task InTimeAsync(Task read) => read.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        public void Dispose()
        {
            body.End();
            response.Dispose();
        }
    }

    /// <summary>One empty message, and an end that comes when it is told to.</summary>
    private sealed class OpenBody : HttpContent
    {
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OpenBody() => Headers.TryAddWithoutValidation("content-type", "application/grpc");

        public void End() => ended.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[5]);
            await stream.FlushAsync();
            await ended.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
