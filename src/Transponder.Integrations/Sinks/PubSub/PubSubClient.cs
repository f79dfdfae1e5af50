using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using Transponder.Cloud.Gcp;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>One topic over REST: a request of messages, all of which are taken or none.</summary>
internal sealed class PubSubClient : IDisposable
{
    private const int LargestAnswer = 1024 * 1024;
    private static readonly JsonWriterOptions Layout = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly PubSubTopic topic;
    private readonly PubSubSinkOptions options;
    private readonly TimeProvider time;
    private readonly GcpTokenSource? tokens;
    private readonly HttpMessageInvoker http;

    public PubSubClient(PubSubTopic topic, PubSubSinkOptions options, TimeProvider time)
    {
        (this.topic, this.options, this.time) = (topic, options, time);
        tokens = topic.IsEncrypted ? new GcpTokenSource(options.Credentials, time) : null;
        http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                ActivityHeadersPropagator = null,
                AllowAutoRedirect = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                EnableMultipleHttp2Connections = true,
                MaxConnectionsPerServer = 64,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                UseCookies = false,
                SslOptions = Tls(options.TrustedRoots),
                UseProxy = topic.IsEncrypted,
            }
        );
    }

    /// <summary>Sends messages that have the same ordering key.</summary>
    /// <param name="messages">At least one.</param>
    /// <param name="orderingKey">Their key; null = none.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<PubSubAnswer> PublishAsync(
        IReadOnlyList<PubSubMessage> messages,
        string? orderingKey,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, topic.PublishUrl)
            {
                Content = Body(messages, orderingKey),
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            };
            GcpToken? token = null;
            if (tokens is not null)
            {
                token = await tokens.GetAsync(linked.Token);
                token.Apply(request);
            }
            using var response = await http.SendAsync(request, linked.Token);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, linked.Token);
            var body = await response.Content.ReadAsByteArrayAsync(linked.Token);
            var answer = PubSubAnswer.Read((int)response.StatusCode, body, messages.Count, topic.Name, RetryAfter(response.Headers));
            if (answer.Unauthenticated && token is not null)
                tokens!.Forget(token);
            return answer;
        }
        catch (GcpCredentialException error)
        {
            return PubSubAnswer.Failed($"{topic.Name}: no credentials: {error.Message}");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or ObjectDisposedException)
        {
            return PubSubAnswer.Failed($"{topic.PublishUrl.Authority} {Trouble(error)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return PubSubAnswer.Failed($"{topic.PublishUrl.Authority} did not answer in time");
        }
    }

    public void Dispose()
    {
        http.Dispose();
        tokens?.Dispose();
    }

    private static ReadOnlyMemoryContent Body(IReadOnlyList<PubSubMessage> messages, string? orderingKey)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + messages.Sum(message => message.RequestSize + 64));
        using (var json = new Utf8JsonWriter(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteStartArray("messages"u8);
            for (var i = 0; i < messages.Count; i++)
                messages[i].Write(json, orderingKey);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        var content = new ReadOnlyMemoryContent(buffer.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static SslClientAuthenticationOptions Tls(X509Certificate2Collection? roots)
    {
        if (roots is null)
            return new SslClientAuthenticationOptions();
        var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        chain.CustomTrustStore.AddRange(roots);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = chain };
    }

    private TimeSpan? RetryAfter(HttpResponseHeaders headers)
    {
        var delay = headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - time.GetUtcNow();
        return delay > TimeSpan.Zero && delay < TimeSpan.FromHours(1) ? delay : null;
    }

    private static string Trouble(Exception error) =>
        (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "cannot be resolved",
            HttpRequestError.ConnectionError => "cannot be reached",
            HttpRequestError.SecureConnectionError => "does not establish TLS",
            HttpRequestError.ProxyTunnelError => "cannot be reached through the proxy",
            _ => "broke the connection before its answer",
        };
}
