using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Outbound;

public sealed class OutboundHttpTests
{
    private static readonly OutboundPolicy Loopback = OutboundPolicy.Parse(["127.0.0.0/8"], out _);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("127.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.1")]
    [InlineData("017700000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("0")]
    [InlineData("0.0.0.0")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("localhost.")]
    [InlineData("127.0.0.1.")]
    [InlineData("①②⑦.⓪.⓪.①")]
    [InlineData("[::]")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    public async Task Send_AnyNameOfLoopback_IsNeverConnected(string host)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var http = new OutboundHttp(new OutboundOptions { Policy = OutboundPolicy.Strict with { AllowHttp = true } });
        Assert.True(Uri.TryCreate(receiver.UrlOn(host), UriKind.Absolute, out var url), "not even a URL");

        var answer = await SendAsync(http, url.ToString());

        Assert.Empty(receiver.Received);
        Assert.True(
            answer.Failure is DeliveryResult.Rejected { Reason: DeliveryReason.BlockedAddress, Scope: RejectionScope.Destination }
                || answer.Failure?.Reason == DeliveryReason.ConnectFailed,
            $"{host}: {answer}"
        );
    }

    [Fact]
    public async Task Send_BlockedAddress_SaysWhichAndWhy()
    {
        using var http = new OutboundHttp(
            new OutboundOptions { Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254")]) }
        );

        var answer = await SendAsync(http, "https://metadata.example.com/latest/token?x=verysecret");

        var rejected = Outcome.Is<DeliveryResult.Rejected>(answer.Failure);
        Assert.Equal("metadata.example.com (169.254.169.254) is not a public address and not in outbound.allow", rejected.Detail);
    }

    [Fact]
    public async Task Send_PlainHttpToAPublicAddress_IsRefusedBeforeConnecting()
    {
        using var http = new OutboundHttp(
            new OutboundOptions { Policy = Loopback, Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8")]) }
        );

        var answer = await SendAsync(http, "http://hooks.example.com/x");

        Assert.Equal(DeliveryReason.BlockedAddress, answer.Failure!.Reason);
        Assert.StartsWith("plain http to hooks.example.com is refused", answer.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_NameWithOpenAndClosedAddresses_ConnectsOnlyToTheOpenOnes()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var asked = 0;
        using var http = new OutboundHttp(
            new OutboundOptions
            {
                Policy = Loopback,
                ConnectTimeout = Long,
                Resolve = (_, _) =>
                {
                    asked++;
                    return Task.FromResult<IPAddress[]>([IPAddress.Parse("10.9.9.9"), IPAddress.IPv6Loopback, IPAddress.Loopback]);
                },
            }
        );

        var answer = await SendAsync(http, receiver.UrlOn("hooks.example.com"));

        Assert.Equal(200, answer.Status);
        Assert.Equal(1, asked);
        Assert.Equal($"hooks.example.com:{receiver.Port}", receiver.Received.Single().Header("Host"));
    }

    [Fact]
    public async Task Send_FirstAddressRefuses_TriesTheNext()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var http = new OutboundHttp(
            new OutboundOptions
            {
                Policy = Loopback,
                ConnectTimeout = Long,
                Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]),
            }
        );

        Assert.Equal(200, (await SendAsync(http, receiver.UrlOn("hooks.example.com"))).Status);
    }

    [Fact]
    public async Task Send_SeveralInARow_KeepsTheConnection()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var http = Open();
        for (var i = 0; i < 3; i++)
            await SendAsync(http, receiver.Url);

        Assert.Single(receiver.Received.Select(r => r.Connection).Distinct());
        Assert.Equal("HTTP/1.1", receiver.Received[0].Protocol);
    }

    [Fact]
    public async Task Send_OverTls_SpeaksHttp2AndTrustsOnlyTheGivenRoots()
    {
        using var certificate = TestCertificate.ForLoopback();
        await using var receiver = await WebhookReceiver.StartAsync(certificate: certificate);
        using var trusting = new OutboundHttp(
            new OutboundOptions
            {
                Policy = Loopback,
                TrustedRoots = [certificate],
                ConnectTimeout = Long,
            }
        );
        using var strict = Open();

        Assert.Equal(200, (await SendAsync(trusting, receiver.Url)).Status);
        Assert.Equal("HTTP/2", receiver.Received.Single().Protocol);
        var refused = (await SendAsync(strict, receiver.Url)).Failure!;
        Assert.Equal(DeliveryReason.TlsFailed, refused.Reason);
        Assert.Contains("certificate", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_TlsToAPlainServer_IsTlsFailed()
    {
        await using var receiver = await WebhookReceiver.StartAsync(protocols: HttpProtocols.Http1);
        using var http = Open();

        var answer = await SendAsync(http, receiver.Url.Replace("http:", "https:", StringComparison.Ordinal));

        Assert.Equal(DeliveryReason.TlsFailed, answer.Failure!.Reason);
    }

    [Fact]
    public async Task Send_NobodyListens_IsConnectFailed()
    {
        using var port = new ClosedPort();
        using var http = Open();

        var answer = await SendAsync(http, $"http://127.0.0.1:{port.Number}/hook");

        Assert.Equal(DeliveryReason.ConnectFailed, answer.Failure!.Reason);
        Assert.Equal("127.0.0.1: connection refused", answer.Failure.Detail);
    }

    [Fact]
    public async Task Send_NameThatDoesNotExist_IsConnectFailed()
    {
        using var http = new OutboundHttp(
            new OutboundOptions { Resolve = (_, _) => throw new SocketException((int)SocketError.HostNotFound) }
        );

        var answer = await SendAsync(http, "https://nowhere.example.com/");

        Assert.Equal(
            new DeliveryResult.Retry(DeliveryReason.ConnectFailed, "nowhere.example.com: the name cannot be resolved"),
            answer.Failure
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task Send_ResolverThatHangs_IsConnectFailedInTime(int lateByMilliseconds)
    {
        using var http = new OutboundHttp(
            new OutboundOptions
            {
                ConnectTimeout = TimeSpan.FromMilliseconds(50),
                Resolve = async (_, stop) =>
                {
                    await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    // Late enough for the handler's own limit to strike as well.
                    await Task.Delay(lateByMilliseconds, CancellationToken.None);
                    stop.ThrowIfCancellationRequested();
                    return [];
                },
            }
        );

        var answer = await SendAsync(http, "https://slow.example.com/");

        Assert.Equal(new DeliveryResult.Retry(DeliveryReason.ConnectFailed, "slow.example.com: no connection in time"), answer.Failure);
    }

    [Fact]
    public async Task Send_ServerThatNeverSpeaksTls_IsConnectFailedInTime()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var http = new OutboundHttp(new OutboundOptions { Policy = Loopback, ConnectTimeout = TimeSpan.FromMilliseconds(50) });

        var answer = await SendAsync(http, $"https://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/");

        Assert.Equal(DeliveryReason.ConnectFailed, answer.Failure!.Reason);
    }

    [Fact]
    public async Task Send_ConnectionDroppedBeforeTheAnswer_IsConnectionLost()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Drop);
        using var http = Open();

        Assert.Equal(DeliveryReason.ConnectionLost, (await SendAsync(http, receiver.Url)).Failure!.Reason);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Send_Http2StreamResetBeforeTheAnswer_IsConnectionLost()
    {
        using var certificate = TestCertificate.ForLoopback();
        await using var receiver = await WebhookReceiver.StartAsync(certificate: certificate);
        receiver.AnswerNext(ReceiverAnswer.Drop);
        using var http = new OutboundHttp(
            new OutboundOptions
            {
                Policy = Loopback,
                TrustedRoots = [certificate],
                ConnectTimeout = Long,
            }
        );

        Assert.Equal(DeliveryReason.ConnectionLost, (await SendAsync(http, receiver.Url)).Failure!.Reason);
        Assert.Equal(200, (await SendAsync(http, receiver.Url)).Status);
    }

    [Fact]
    public async Task Send_ConnectionClosedInTheBody_KeepsTheStatus()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(new ReceiverAnswer { Body = "half", ClosedInBody = true });
        using var http = Open();

        var answer = await SendAsync(http, receiver.Url);

        Assert.Equal((200, "half", true), (answer.Status, answer.Body, answer.BodyCut));
        Outcome.Is<DeliveryResult.Delivered>(HttpAnswers.Classify(answer));
    }

    [Fact]
    public async Task Send_AnswerThatIsNotHttp_IsProtocolError()
    {
        using var odd = new TcpListener(IPAddress.Loopback, 0);
        odd.Start();
        var serve = AnswerAsync(odd, "220 mail.example.com ESMTP\r\n");
        using var http = Open();

        var answer = await SendAsync(http, $"http://127.0.0.1:{((IPEndPoint)odd.LocalEndpoint).Port}/");

        Assert.Equal(DeliveryReason.ProtocolError, answer.Failure!.Reason);
        await serve;
    }

    [Fact]
    public async Task Send_EndlessBody_IsCutAt64K()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Of(200, new string('x', 1_000_000)));
        using var http = Open();

        var answer = await SendAsync(http, receiver.Url);

        Assert.Equal((65_536, true), (answer.Body.Length, answer.BodyCut));
    }

    [Fact]
    public async Task Send_RedirectToItself_IsNotFollowed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Redirect(receiver.Url));
        using var http = Open();

        Assert.Equal(302, (await SendAsync(http, receiver.Url)).Status);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Send_ServerSetsACookie_IsForgotten()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(new ReceiverAnswer { Headers = new Dictionary<string, string> { ["Set-Cookie"] = "a=b" } });
        using var http = Open();
        await SendAsync(http, receiver.Url);
        await SendAsync(http, receiver.Url);

        Assert.All(receiver.Received, r => Assert.Equal("", r.Header("Cookie")));
        Assert.All(receiver.Received, r => Assert.Equal("", r.Header("Accept-Encoding")));
        Assert.All(receiver.Received, r => Assert.Equal("", r.Header("traceparent")));
    }

    [Fact]
    public async Task Send_Cancelled_Throws()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Hang);
        using var http = Open();
        using var stop = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url);
        var sending = http.SendAsync(request, [], stop.Token);
        await receiver.ReceivedAsync(1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static OutboundHttp Open() => LoopbackHttp.Open();

    private static async Task<HttpAnswer> SendAsync(OutboundHttp http, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("{}") };
        return await http.SendAsync(request, [], TestContext.Current.CancellationToken);
    }

    private static async Task AnswerAsync(TcpListener listener, string text)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var (stream, request) = (client.GetStream(), new byte[4096]);
        // A connection that is closed with a request unread is reset, and the answer lost.
        await stream.ReadAtLeastAsync(request, 1, cancellationToken: TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        while (await ReadAsync() > 0) { }

        async Task<int> ReadAsync()
        {
            try
            {
                return await stream.ReadAsync(request, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }
}
