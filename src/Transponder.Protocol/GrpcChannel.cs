using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;

namespace Transponder.Protocol;

/// <summary>
/// Calls to one gRPC server over HTTP/2: in clear text with prior knowledge for <c>http</c>, with TLS for <c>https</c>. Connections are made on
/// demand, kept, and shared by all calls; thread-safe. Every failure but cancellation by the caller is an <see cref="RpcException"/>.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly HttpClient http;
    private readonly GrpcChannelOptions options;

    /// <summary>Makes a channel; nothing is connected yet.</summary>
    /// <param name="address">Scheme, host and port of the server.</param>
    /// <param name="options">Limits, metadata and TLS. A <see cref="GrpcChannelOptions.CaFile"/> that cannot be read throws.</param>
    public GrpcChannel(Uri address, GrpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
        this.options = options ?? new GrpcChannelOptions();
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = this.options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            UseCookies = false,
            UseProxy = false,
        };
        if (this.options.Tls is { } tls)
            handler.SslOptions = tls;
        if (this.options.CaFile is { } authorities)
            handler.SslOptions.CertificateChainPolicy = Trust(authorities);
        http = new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The server's address.</summary>
    public Uri Address { get; }

    /// <summary>Calls a method that takes one message and answers one.</summary>
    /// <param name="method">The full name, e.g. <c>flyteidl.service.AdminService/GetVersion</c>.</param>
    /// <param name="request">The message.</param>
    /// <param name="options">Deadline and metadata of this call.</param>
    /// <param name="cancellationToken">Withdraws the call; whether it took effect is then unknown.</param>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        string method,
        TRequest request,
        CallOptions? options = null,
        CancellationToken cancellationToken = default
    )
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new()
    {
        TResponse? response = default;
        await foreach (
            var message in CallAsync<TRequest, TResponse>(method, request, options, this.options.DefaultTimeout, cancellationToken)
        )
        {
            if (response is not null)
                throw new RpcException(StatusCode.Internal, "the server answered more than one message");
            response = message;
        }
        return response ?? throw new RpcException(StatusCode.Internal, "the server answered OK without a message");
    }

    /// <summary>Calls a method that takes one message and answers a stream; leaving the loop ends the call.</summary>
    /// <param name="method">The full name, e.g. <c>grpc.health.v1.Health/Watch</c>.</param>
    /// <param name="request">The message.</param>
    /// <param name="options">Deadline and metadata of this call.</param>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public IAsyncEnumerable<TResponse> ServerStreamingAsync<TRequest, TResponse>(
        string method,
        TRequest request,
        CallOptions? options = null,
        CancellationToken cancellationToken = default
    )
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new() => CallAsync<TRequest, TResponse>(method, request, options, null, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    private async IAsyncEnumerable<TResponse> CallAsync<TRequest, TResponse>(
        string method,
        TRequest request,
        CallOptions? options,
        TimeSpan? defaultTimeout,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new()
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        var timeout = options?.Timeout ?? defaultTimeout;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } limit)
            deadline.CancelAfter(limit);

        using var message = Request(method, request, options, timeout);
        using var response = await ReachAsync(
            () => http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token),
            timeout,
            cancellationToken
        );
        if (GrpcStatus.OfHeaders(response) is { } failure)
            throw failure;
        var frames = new GrpcFrameReader(await response.Content.ReadAsStreamAsync(deadline.Token), response, this.options.MaxMessageBytes);
        while (await ReachAsync(() => frames.ReadAsync(deadline.Token), timeout, cancellationToken) is { } frame)
            yield return Parse<TResponse>(frame);
        if (GrpcStatus.OfTrailers(response) is { } late)
            throw late;
    }

    private static X509ChainPolicy Trust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }

    private HttpRequestMessage Request(string method, IMessage request, CallOptions? options, TimeSpan? timeout)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, $"/{method.TrimStart('/')}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcFrameReader.Frame(request)),
        };
        message.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        message.Headers.TryAddWithoutValidation("te", "trailers");
        message.Headers.TryAddWithoutValidation("grpc-accept-encoding", "identity,gzip");
        if (timeout is { } limit)
            message.Headers.TryAddWithoutValidation("grpc-timeout", GrpcStatus.Timeout(limit));
        if (this.options.Token?.Invoke() is { Length: > 0 } token)
            message.Headers.TryAddWithoutValidation(this.options.TokenHeader, $"Bearer {token}");
        foreach (var (name, value) in this.options.Metadata.Concat(options?.Metadata ?? []))
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private static TResponse Parse<TResponse>(ReadOnlyMemory<byte> frame)
        where TResponse : IMessage<TResponse>, new()
    {
        try
        {
            var message = new TResponse();
            message.MergeFrom(frame.Span);
            return message;
        }
        catch (InvalidProtocolBufferException)
        {
            throw new RpcException(StatusCode.Internal, $"the server's answer is no {typeof(TResponse).Name}");
        }
    }

    private async Task<T> ReachAsync<T>(Func<Task<T>> step, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(StatusCode.DeadlineExceeded, $"no answer within {timeout?.TotalSeconds:0.###} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw GrpcStatus.OfTransport(error, Address);
        }
    }
}
