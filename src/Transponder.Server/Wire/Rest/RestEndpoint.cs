using System.Buffers;
using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Transponder.Protocol;
using Transponder.Server.Security;
using Transponder.Server.Wire.Grpc;

namespace Transponder.Server.Wire.Rest;

/// <summary>
/// The services' methods over HTTP, by their <c>google.api.http</c> options; errors in grpc-gateway's shape. Streams go as Server-Sent Events.
/// </summary>
internal sealed class RestEndpoint
{
    private readonly RestRouteTable routes;
    private readonly WireOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly CancellationToken stopping;
    private readonly RestDialect proto;
    private readonly RestDialect camel;
    private readonly RestDialect binary = RestDialect.Binary();

    public RestEndpoint(
        RpcServices services,
        WireOptions options,
        TimeProvider clock,
        ILogger<RestEndpoint> log,
        CancellationToken stopping
    )
    {
        this.stopping = stopping;
        routes = new RestRouteTable(services);
        this.options = options;
        this.clock = clock;
        this.log = log;
        var types = TypeRegistry.FromFiles(services.Descriptors.Select(service => service.File).Distinct());
        proto = RestDialect.Proto(types);
        camel = RestDialect.Camel(types);
    }

    public async Task HandleAsync(HttpContext http)
    {
        var (reading, writing) = Dialects(http.Request);
        var path = http.Request.Path.Value ?? "/";
        RpcContext? context = null;
        var buffer = new ArrayBufferWriter<byte>(1024);
        var status = StatusCodes.Status200OK;
        try
        {
            var segments = RestRequest.Segments(http);
            var route = routes.Find(http.Request.Method, segments, out var pathKnown) ?? throw NoRoute(http, pathKnown);
            if (Activity.Current is { IsAllDataRequested: true } span)
                span.SetTag("http.route", route.Template);
            context = new RpcContext(
                http,
                route.Method.Path,
                clock,
                Timeout(http.Request),
                route.Method.Unary is null ? stopping : default
            );
            route.Method.Admit(context.Caller);
            if (route.Method.SentEvents is not null)
            {
                await StreamAsync(http, route, segments, context, reading, writing).ConfigureAwait(false);
                return;
            }

            writing.Write(buffer, await CallAsync(http, route, segments, context, reading).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            var failure = RpcFailures.From(exception, context?.Method ?? path, context, log);
            if (http.Response.HasStarted)
            {
                await new EventStream(http, writing).EndAsync(failure).ConfigureAwait(false);
                return;
            }

            status = HttpStatusMapping.Of(failure.Code);
            AccessGuard.Challenge(http, failure.Code);
            buffer = new ArrayBufferWriter<byte>(1024);
            writing.Write(buffer, GrpcStatus.ToProto(failure));
        }
        finally
        {
            context?.End();
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = writing.ContentType;
        http.Response.ContentLength = buffer.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(buffer.WrittenMemory).ConfigureAwait(false);
    }

    private async Task<IMessage> CallAsync(HttpContext http, RestRoute route, string[] segments, RpcContext context, RestDialect reading)
    {
        if (route.Method.Unary is not { } handler)
        {
            throw route.Method.HasHandler
                ? new RpcException(StatusCode.Unimplemented, $"{route.Method.Descriptor.FullName} streams: call it by gRPC")
                : RpcFailures.NotBuilt(route.Method);
        }

        return await handler(await ReadAsync(http, route, segments, context, reading).ConfigureAwait(false), context).ConfigureAwait(false);
    }

    private async Task StreamAsync(
        HttpContext http,
        RestRoute route,
        string[] segments,
        RpcContext context,
        RestDialect reading,
        RestDialect writing
    )
    {
        var request = await ReadAsync(http, route, segments, context, reading).ConfigureAwait(false);
        var stream = new EventStream(http, writing.IsBinary ? camel : writing);
        await route
            .Method.ServerStreaming!(
                request,
                context,
                reply => stream.WriteAsync(route.Method.SentEvents!(reply), context.CancellationToken)
            )
            .ConfigureAwait(false);
    }

    private async Task<IMessage> ReadAsync(HttpContext http, RestRoute route, string[] segments, RpcContext context, RestDialect reading)
    {
        var body = await RestRequest.ReadBodyAsync(http, options.MaxMessageBytes).ConfigureAwait(false);
        var request = RestRequest.Bind(route, segments, http.Request.QueryString, body, reading);
        var asReceived = reading.IsBinary && route.BodyIsRequest && route.Path.Variables.Count == 0;
        context.RequestBytes = asReceived ? body : request.ToByteArray();
        return request;
    }

    private (RestDialect Reading, RestDialect Writing) Dialects(HttpRequest request)
    {
        var type = request.ContentType.AsSpan();
        var end = type.IndexOf(';');
        var reading = ByName((end < 0 ? type : type[..end]).Trim());
        RestDialect? writing = null;
        foreach (var accepted in request.Headers.Accept)
        {
            writing ??= ByName(accepted);
        }

        reading ??= camel;
        return (reading, writing ?? reading);
    }

    private RestDialect? ByName(ReadOnlySpan<char> mediaType) =>
        mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) ? proto
        : mediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase) ? binary
        : null;

    private static RpcException NoRoute(HttpContext http, bool pathKnown) =>
        pathKnown
            ? new RpcException(StatusCode.Unimplemented, $"Method Not Allowed: {http.Request.Method} {http.Request.Path}")
            : new RpcException(StatusCode.NotFound, $"Not Found: {http.Request.Path}");

    private static TimeSpan? Timeout(HttpRequest request) =>
        request.Headers["grpc-timeout"] is { Count: > 0 } header && GrpcTimeout.TryParse(header.ToString(), out var timeout)
            ? timeout
            : null;
}
