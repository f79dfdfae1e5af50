using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Transponder.Tests.Rig;

/// <summary>One request as it came over the wire.</summary>
public sealed record ReceivedRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body,
    string Protocol,
    string Connection
)
{
    /// <summary>The body, read as JSON.</summary>
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>A header; empty when it was not sent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>What the receiver does with a request.</summary>
public sealed record ReceiverAnswer
{
    /// <summary>Never answers, until the client goes away.</summary>
    public static ReceiverAnswer Hang { get; } = new() { Delay = Timeout.InfiniteTimeSpan };

    /// <summary>Breaks the connection without an answer.</summary>
    public static ReceiverAnswer Drop { get; } = new() { Dropped = true };

    public int Status { get; init; } = StatusCodes.Status200OK;

    public string Body { get; init; } = "";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public TimeSpan Delay { get; init; }

    public bool Dropped { get; init; }

    /// <summary>Announces one byte more than the body has, and closes the connection after the body.</summary>
    public bool ClosedInBody { get; init; }

    public static ReceiverAnswer Of(int status, string body = "") => new() { Status = status, Body = body };

    public static ReceiverAnswer RetryAfter(int status, string value) =>
        new()
        {
            Status = status,
            Headers = new Dictionary<string, string> { ["Retry-After"] = value },
        };

    public static ReceiverAnswer Redirect(string location) =>
        new()
        {
            Status = StatusCodes.Status302Found,
            Headers = new Dictionary<string, string> { ["Location"] = location },
        };
}

/// <summary>A real HTTP server on loopback that keeps every request and answers as it is told. It answers 200 until told otherwise.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedRequest> _received = new();
    private readonly ConcurrentQueue<ReceiverAnswer> _next = new();
    private readonly WebApplication _app;
    private volatile Func<ReceivedRequest, ReceiverAnswer> _answer = _ => new ReceiverAnswer();
    private ClosedPort? _closed;

    private WebhookReceiver(WebApplication app, bool tls)
    {
        _app = app;
        app.Run(ServeAsync);
        Scheme = tls ? "https" : "http";
    }

    public int Port { get; private set; }

    /// <summary>Where to send: a path on 127.0.0.1.</summary>
    public string Url => UrlOn("127.0.0.1");

    /// <summary>The answer to every request that <see cref="AnswerNext"/> has none for.</summary>
    public Func<ReceivedRequest, ReceiverAnswer> Answer
    {
        get => _answer;
        set => _answer = value;
    }

    /// <summary>Every request so far, in order of arrival.</summary>
    public IReadOnlyList<ReceivedRequest> Received => [.. _received];

    private string Scheme { get; }

    public static async Task<WebhookReceiver> StartAsync(
        int port = 0,
        X509Certificate2? certificate = null,
        HttpProtocols protocols = HttpProtocols.Http1AndHttp2
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromMinutes(5);
            kestrel.Listen(
                IPAddress.Loopback,
                port,
                listen =>
                {
                    listen.Protocols = protocols;
                    if (certificate is not null)
                        listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate });
                }
            );
        });
        var receiver = new WebhookReceiver(builder.Build(), certificate is not null);
        await receiver._app.StartAsync();
        receiver.Port = new Uri(receiver._app.Urls.First()).Port;
        return receiver;
    }

    /// <summary>The same place under another name.</summary>
    public string UrlOn(string host) => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{host}:{Port}/hook");

    /// <summary>Answers the next requests so, one each.</summary>
    public void AnswerNext(params IEnumerable<ReceiverAnswer> answers)
    {
        foreach (var answer in answers)
            _next.Enqueue(answer);
    }

    /// <summary>Waits until that many requests have arrived.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> ReceivedAsync(int count, TimeSpan? deadline = null)
    {
        await Eventually.TrueAsync(() => _received.Count >= count, $"{count} requests at the receiver", deadline);
        return Received;
    }

    /// <summary>Ends the server: connections are refused from now on, and nobody else gets the port.</summary>
    public async Task RefuseAsync()
    {
        await _app.DisposeAsync();
        _closed = new ClosedPort(Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _closed?.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new ReceivedRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(),
            context.Request.Protocol,
            context.Connection.Id
        );
        _received.Enqueue(request);
        await RespondAsync(context, _next.TryDequeue(out var answer) ? answer : Answer(request));
    }

    private static async Task RespondAsync(HttpContext context, ReceiverAnswer answer)
    {
        try
        {
            if (answer.Delay != TimeSpan.Zero)
                await Task.Delay(answer.Delay, context.RequestAborted);
            if (answer.Dropped)
            {
                context.Abort();
                return;
            }
            context.Response.StatusCode = answer.Status;
            foreach (var (name, value) in answer.Headers)
                context.Response.Headers[name] = value;
            if (answer.ClosedInBody)
                context.Response.ContentLength = answer.Body.Length + 1;
            await context.Response.WriteAsync(answer.Body, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has gone; nothing is left to answer.
        }
    }
}
