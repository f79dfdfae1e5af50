using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Transponder.Notifiers.Outbound;

/// <summary>
/// The only way to URLs that users give: every connection is checked and pinned by address; no redirects, proxies, cookies or decompression; what
/// is read is capped. One instance serves all channels and keeps their connections.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    private const int LargestBody = 64 * 1024;

    private readonly HttpMessageInvoker invoker;
    private readonly TimeProvider time;

    /// <summary>Makes one.</summary>
    /// <param name="options">How requests are made and where they may go.</param>
    /// <param name="time">The clock for <c>Retry-After</c> dates; null = the system's.</param>
    public OutboundHttp(OutboundOptions? options = null, TimeProvider? time = null)
    {
        Options = options ?? new OutboundOptions();
        this.time = time ?? TimeProvider.System;
        invoker = new HttpMessageInvoker(CreateHandler(Options));
    }

    /// <summary>How requests are made and where they may go.</summary>
    public OutboundOptions Options { get; }

    /// <summary>Sends one request and reads the answer. Throws nothing but for cancellation.</summary>
    /// <param name="request">The request; its URL is absolute.</param>
    /// <param name="secrets">What the request carries that no text may show; the URL's path and query are never shown anyway.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<HttpAnswer> SendAsync(HttpRequestMessage request, IEnumerable<string> secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var url = request.RequestUri!;
        using var span = ProviderTrace.Begin(request.Method.Method, url.IdnHost, url.Port);
        span?.SetTag("http.request.method", request.Method.Method);
        var answer = await ExchangeAsync(request, secrets, cancellationToken).ConfigureAwait(false);
        ProviderTrace.End(span, answer);
        return answer;
    }

    private async Task<HttpAnswer> ExchangeAsync(
        HttpRequestMessage request,
        IEnumerable<string> secrets,
        CancellationToken cancellationToken
    )
    {
        var url = request.RequestUri!;
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        try
        {
            using var response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var (body, cut) = await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
            return new HttpAnswer
            {
                Status = (int)response.StatusCode,
                Body = body,
                BodyCut = cut,
                Headers = response.Headers,
                RetryAfter = HttpAnswers.RetryAfter(response.Headers, time),
                Scrubber = Scrubber.For(url, secrets),
            };
        }
        catch (Exception error) when (error is HttpRequestException or IOException || IsConnectTimeout(error, cancellationToken))
        {
            return new HttpAnswer { Failure = HttpAnswers.Failed(error, url.IdnHost) };
        }
    }

    /// <summary>Connects to a URL's host as a request would, with TLS where the URL asks for it, and sends nothing.</summary>
    /// <param name="url">The URL; the answer never contains its path or query.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<DeliveryResult> ProbeAsync(string url, CancellationToken cancellationToken)
    {
        if (Options.Policy.CheckUrl(url) is { } wrong)
            return new DeliveryResult.Rejected(DeliveryReason.InvalidAddress, wrong, RejectionScope.Destination);
        var uri = new Uri(url);
        var encrypted = uri.Scheme == Uri.UriSchemeHttps;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Options.ConnectTimeout * 2);
        try
        {
            var stream = await new GuardedConnector(Options)
                .ConnectAsync(new DnsEndPoint(uri.IdnHost, uri.Port), encrypted, deadline.Token)
                .ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                if (encrypted)
                    await EncryptAsync(stream, uri.IdnHost, deadline.Token).ConfigureAwait(false);
            }
            return new DeliveryResult.Delivered(null, $"{uri.IdnHost}:{uri.Port} can be reached{(encrypted ? " with TLS" : "")}");
        }
        catch (BlockedAddressException blocked)
        {
            return new DeliveryResult.Rejected(DeliveryReason.BlockedAddress, blocked.Message, RejectionScope.Destination);
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            return new DeliveryResult.Retry(DeliveryReason.TlsFailed, $"{uri.IdnHost}:{uri.Port}: TLS could not be established");
        }
        catch (SocketException error)
        {
            return new DeliveryResult.Retry(DeliveryReason.ConnectFailed, $"{uri.IdnHost}:{uri.Port}: {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult.Retry(DeliveryReason.ConnectFailed, $"{uri.IdnHost}:{uri.Port}: no connection in time");
        }
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => invoker.Dispose();

    private static bool IsConnectTimeout(Exception error, CancellationToken cancellationToken) =>
        error is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    private static SocketsHttpHandler CreateHandler(OutboundOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = new GuardedConnector(options).ConnectAsync,
            ConnectTimeout = options.ConnectTimeout * 2,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = options.MaxConnectionsPerServer,
            MaxResponseHeadersLength = 32,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseCookies = false,
            UseProxy = false,
        };
        if (options.TrustedRoots is { } roots)
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = ChainPolicy(roots) };
        return handler;
    }

    private async Task EncryptAsync(Stream stream, string host, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await using (tls.ConfigureAwait(false))
        {
            var authentication = new SslClientAuthenticationOptions { TargetHost = host };
            if (Options.TrustedRoots is { } roots)
                authentication.CertificateChainPolicy = ChainPolicy(roots);
            await tls.AuthenticateAsClientAsync(authentication, cancellationToken).ConfigureAwait(false);
        }
    }

    private static X509ChainPolicy ChainPolicy(X509Certificate2Collection roots)
    {
        var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        chain.CustomTrustStore.AddRange(roots);
        return chain;
    }

    /// <summary>Reads a body up to the cap. The status is known already, so a break or the deadline cuts the body and fails nothing.</summary>
    private static async Task<(string Body, bool Cut)> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var read = new MemoryStream();
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            while (read.Length < LargestBody)
            {
                var count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                    return (Text(read), false);
                read.Write(buffer, 0, (int)Math.Min(count, LargestBody - read.Length));
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException) { }
        return (Text(read), true);
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
}
