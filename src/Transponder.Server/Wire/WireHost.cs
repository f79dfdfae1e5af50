using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Transponder.Server.Wire.Grpc;
using Transponder.Server.Wire.Health;
using Transponder.Server.Wire.Reflection;
using Transponder.Server.Wire.Rest;

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
        limits.MinResponseDataRate = null;
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.MaxRequestHeaderFieldSize = 32 * 1024;
        limits.Http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        var address = Address(options.Host);
        kestrel.Listen(address, options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(address, options.GrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
    }

    /// <summary>Serves every service over gRPC and REST, health and reflection too. Endpoints that the application maps itself keep their paths.</summary>
    public static void Map(WebApplication app, RpcServices services, WireOptions options, HealthState health)
    {
        new HealthService(health).AddTo(services);
        new ReflectionService(services).AddTo(services);

        var clock = app.Services.GetService<TimeProvider>() ?? TimeProvider.System;
        var stopping = app.Lifetime.ApplicationStopping;
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        var grpc = new GrpcEndpoint(services, options, clock, logs.CreateLogger<GrpcEndpoint>(), stopping);
        var rest = new RestEndpoint(services, options, clock, logs.CreateLogger<RestEndpoint>());

        app.Use(
            (http, next) =>
            {
                if (GrpcEndpoint.IsGrpc(http.Request))
                {
                    return HandleGrpc(http, grpc);
                }

                if (HttpProtocol.IsHttp2(http.Request.Protocol) && !http.Request.IsHttps)
                {
                    http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
                    return Task.CompletedTask;
                }

                return http.GetEndpoint() is not null ? next(http)
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
