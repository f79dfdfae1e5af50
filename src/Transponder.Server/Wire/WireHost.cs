using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Transponder.Server.Security;
using Transponder.Server.Wire.Cors;
using Transponder.Server.Wire.Grpc;
using Transponder.Server.Wire.GrpcWeb;
using Transponder.Server.Wire.Health;
using Transponder.Server.Wire.OpenApi;
using Transponder.Server.Wire.Reflection;
using Transponder.Server.Wire.Rest;
using Transponder.Server.Wire.Tls;

namespace Transponder.Server.Wire;

/// <summary>Puts the wire on an ASP.NET application: two listeners and one step of its pipeline.</summary>
public static class WireHost
{
    // So that our own message about a request that is too large wins over Kestrel's.
    private const long BodyMargin = 1024 * 1024;

    /// <summary>Configures Kestrel's limits and both listeners: HTTP first, gRPC second.</summary>
    public static void ConfigureKestrel(KestrelServerOptions kestrel, WireOptions options)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = options.MaxMessageBytes + BodyMargin;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        // Filters of a list travel in the request's line.
        limits.MaxRequestLineSize = 16 * 1024;
        limits.RequestHeadersTimeout = options.HeadersTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MinResponseDataRate = null;
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.MaxRequestHeaderFieldSize = 32 * 1024;
        limits.Http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        var address = Address(options.Host);
        var certificates = options.Tls is { } tls ? Certificates(tls, kestrel.ApplicationServices) : null;
        kestrel.Listen(address, options.HttpPort, listen => Configure(listen, HttpProtocols.Http1, certificates));
        kestrel.Listen(address, options.GrpcPort, listen => Configure(listen, HttpProtocols.Http2, certificates));
    }

    /// <summary>Serves every service over gRPC and REST, health and reflection too. Endpoints that the application maps itself keep their paths.</summary>
    /// <param name="app">The application.</param>
    /// <param name="services">The services.</param>
    /// <param name="options">Limits.</param>
    /// <param name="health">What health answers.</param>
    /// <param name="guard">Who is let in; null = everybody.</param>
    internal static void Map(WebApplication app, RpcServices services, WireOptions options, HealthState health, AccessGuard? guard = null)
    {
        new HealthService(health).AddTo(services);
        new ReflectionService(services).AddTo(services);
        guard ??= AccessGuard.OpenDoor;
        guard.Protect(services);
        app.Use(guard.PassAsync);

        var clock = app.Services.GetService<TimeProvider>() ?? TimeProvider.System;
        var stopping = app.Lifetime.ApplicationStopping;
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        var grpc = new GrpcEndpoint(services, options, clock, logs.CreateLogger<GrpcEndpoint>(), stopping);
        var web = new GrpcWebEndpoint(grpc, options);
        var rest = new RestEndpoint(services, options, clock, logs.CreateLogger<RestEndpoint>(), stopping);
        var cors = new CorsGate(options.Cors);
        OpenApiEndpoint.Map(app, services);

        app.Use(
            (http, next) =>
            {
                if (GrpcEndpoint.IsGrpc(http.Request))
                {
                    return HandleGrpc(http, grpc);
                }

                if (cors.Answers(http))
                {
                    return Task.CompletedTask;
                }

                if (HttpProtocol.IsHttp2(http.Request.Protocol) && !http.Request.IsHttps)
                {
                    http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
                    return Task.CompletedTask;
                }

                if (GrpcWebEndpoint.IsGrpcWeb(http.Request))
                {
                    return web.HandleAsync(http);
                }

                return http.GetEndpoint() is { } endpoint ? AccessGuard.EnterAsync(http, endpoint, next)
                    : http.Request.Path == "/healthcheck" ? AnswerHealth(http, health)
                    : rest.HandleAsync(http);
            }
        );
    }

    /// <summary>Where the started application listens.</summary>
    public static (Uri Http, Uri Grpc) Addresses(WebApplication app)
    {
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        return (new Uri(bound[0]), new Uri(bound[1]));
    }

    // Without TLS nothing tells the protocols apart before the first byte, so that each port has one; ALPN lets both ports take both.
    private static void Configure(ListenOptions listen, HttpProtocols withoutTls, TlsCertificates? certificates)
    {
        listen.Protocols = certificates is null ? withoutTls : HttpProtocols.Http1AndHttp2;
        if (certificates is not null)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates.Handshake()) });
        }
    }

    private static TlsCertificates Certificates(TlsOptions options, IServiceProvider services) =>
        new(
            options,
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            services.GetRequiredService<ILoggerFactory>().CreateLogger<TlsCertificates>()
        );

    private static Task HandleGrpc(HttpContext http, GrpcEndpoint grpc)
    {
        if (HttpProtocol.IsHttp2(http.Request.Protocol) && HttpMethods.IsPost(http.Request.Method))
        {
            return grpc.HandleAsync(http);
        }

        http.Response.StatusCode = HttpProtocol.IsHttp2(http.Request.Protocol)
            ? StatusCodes.Status405MethodNotAllowed
            : StatusCodes.Status426UpgradeRequired;
        return Task.CompletedTask;
    }

    private static Task AnswerHealth(HttpContext http, HealthState health)
    {
        http.Response.StatusCode = health.IsServing("") == true ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private static IPAddress Address(string host) =>
        host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" or "" => IPAddress.Any,
            _ => IPAddress.Parse(host),
        };
}
