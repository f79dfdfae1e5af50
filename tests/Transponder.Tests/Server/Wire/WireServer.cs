using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Transponder.Server.Security;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Health;

namespace Transponder.Tests.Server.Wire;

/// <summary>The wire alone, on free loopback ports.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private readonly ErrorLog errors;

    private WireServer(WebApplication app, HealthState health, ErrorLog errors)
    {
        this.app = app;
        this.errors = errors;
        Health = health;
        (Http, Grpc) = WireHost.Addresses(app);
    }

    public Uri Http { get; }

    public Uri Grpc { get; }

    public HealthState Health { get; }

    /// <summary>What was logged as an error.</summary>
    public IReadOnlyCollection<string> Errors => errors.Entries;

    public static Task<WireServer> StartAsync(RpcServices services, int? maxMessageBytes = null) =>
        StartAsync(services, maxMessageBytes is { } cap ? new WireOptions { MaxMessageBytes = cap } : new WireOptions());

    public static async Task<WireServer> StartAsync(RpcServices services, WireOptions options, AccessGuard? guard = null)
    {
        options = options with { HttpPort = 0, GrpcPort = 0 };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        using var errors = new ErrorLog();
        builder.Logging.AddProvider(errors);
        builder.WebHost.ConfigureKestrel(kestrel => WireHost.ConfigureKestrel(kestrel, options));
        var app = builder.Build();
        var health = new HealthState();
        health.SetAll(true);
        WireHost.Map(app, services, options, health, guard);
        await app.StartAsync();
        return new WireServer(app, health, errors);
    }

    /// <summary>A raw HTTP/2 request to the gRPC port.</summary>
    public async Task<(HttpResponseMessage Response, byte[] Body)> SendGrpcAsync(
        string path,
        byte[] body,
        params (string, string)[] headers
    )
    {
        using var client = new HttpClient(new SocketsHttpHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Grpc, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        foreach (var (name, value) in headers)
        {
            if (name == "content-type")
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var response = await client.SendAsync(request);
        return (response, await response.Content.ReadAsByteArrayAsync());
    }

    public static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.TrailingHeaders.TryGetValues(name, out values)
            ? string.Join(",", values)
            : null;

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
