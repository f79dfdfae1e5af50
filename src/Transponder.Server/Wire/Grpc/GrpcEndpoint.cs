using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Transponder.Protocol;

namespace Transponder.Server.Wire.Grpc;

/// <summary>gRPC calls on Kestrel's HTTP/2: reads the frames, runs the method, answers with trailers; every failure ends as a status.</summary>
internal sealed class GrpcEndpoint(
    RpcServices services,
    WireOptions options,
    TimeProvider clock,
    ILogger<GrpcEndpoint> log,
    CancellationToken stopping
)
{
    private const string ContentType = "application/grpc";
    private const string AcceptedEncodings = "identity,gzip";

    public static bool IsGrpc(HttpRequest request)
    {
        var type = request.ContentType.AsSpan();
        if (!type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        type = type[ContentType.Length..];
        return type.IsEmpty || type[0] == ';' || type is "+proto" || type.StartsWith("+proto;", StringComparison.OrdinalIgnoreCase);
    }

    public async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        http.Response.ContentType = ContentType;
        RpcContext? context = null;
        try
        {
            var gzip = AcceptsEncoding(http);
            services.TryFind(path, out var found);
            context = new RpcContext(http, path, clock, Timeout(http.Request), found?.Unary is null ? stopping : default);
            found?.Admit(context.Caller);
            var method = found is { HasHandler: true } ? found : throw NoSuchMethod(path, found);
            if (method.Unary is not null)
            {
                await UnaryAsync(http, method, context, gzip).ConfigureAwait(false);
            }
            else
            {
                await StreamAsync(http, method, context, gzip).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            var started = http.Response.HasStarted;
            GrpcStatus.Write(started ? Trailers(http) : http.Response.Headers, RpcFailures.From(exception, path, context, log));
        }
        finally
        {
            context?.End();
        }
    }

    private async Task UnaryAsync(HttpContext http, RpcMethod method, RpcContext context, bool gzip)
    {
        var request = await ReadOnlyMessageAsync(http, method, context, gzip).ConfigureAwait(false);
        var reply = await method.Unary!(request, context).ConfigureAwait(false);
        GrpcFrames.Write(http.Response.BodyWriter, reply);
        GrpcStatus.WriteOk(Trailers(http));
    }

    private async Task StreamAsync(HttpContext http, RpcMethod method, RpcContext context, bool gzip)
    {
        var writer = http.Response.BodyWriter;
        async Task Write(IMessage message)
        {
            GrpcFrames.Write(writer, message);
            await writer.FlushAsync(context.CancellationToken).ConfigureAwait(false);
        }

        if (method.ServerStreaming is { } handler)
        {
            var request = await ReadOnlyMessageAsync(http, method, context, gzip).ConfigureAwait(false);
            await handler(request, context, Write).ConfigureAwait(false);
        }
        else
        {
            // A duplex caller may stay silent for as long as it likes.
            http.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = null;
            await method.Duplex!(ReadAllAsync(http, method, context, gzip), context, Write).ConfigureAwait(false);
        }

        await writer.FlushAsync(context.CancellationToken).ConfigureAwait(false);
        GrpcStatus.WriteOk(http.Response.HasStarted ? Trailers(http) : http.Response.Headers);
    }

    private async ValueTask<IMessage> ReadOnlyMessageAsync(HttpContext http, RpcMethod method, RpcContext context, bool gzip)
    {
        var reader = http.Request.BodyReader;
        var bytes =
            await GrpcFrames.ReadAsync(reader, gzip, options.MaxMessageBytes, default).ConfigureAwait(false)
            ?? throw new RpcException(StatusCode.Internal, "the call carried no message");
        if (await GrpcFrames.ReadAsync(reader, gzip, options.MaxMessageBytes, default).ConfigureAwait(false) is not null)
        {
            throw new RpcException(StatusCode.Internal, "the call carried more than one message");
        }

        context.RequestBytes = bytes;
        return Parse(method, bytes);
    }

    private async IAsyncEnumerable<IMessage> ReadAllAsync(
        HttpContext http,
        RpcMethod method,
        RpcContext context,
        bool gzip,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        cancellation = cancellation.CanBeCanceled ? cancellation : context.CancellationToken;
        while (
            await GrpcFrames.ReadAsync(http.Request.BodyReader, gzip, options.MaxMessageBytes, cancellation).ConfigureAwait(false)
                is { } bytes
        )
        {
            yield return Parse(method, bytes);
        }
    }

    private static IMessage Parse(RpcMethod method, byte[] bytes)
    {
        try
        {
            return method.Descriptor.InputType.Parser.ParseFrom(bytes.AsSpan());
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new RpcException(
                StatusCode.InvalidArgument,
                $"the request is not a valid {method.Descriptor.InputType.FullName}: {exception.Message}"
            );
        }
    }

    private static bool AcceptsEncoding(HttpContext http)
    {
        var encoding = http.Request.Headers["grpc-encoding"];
        if (encoding.Count == 0)
        {
            return false;
        }

        switch (encoding.ToString())
        {
            case "gzip":
                return true;
            case "" or "identity":
                return false;
            default:
                http.Response.Headers["grpc-accept-encoding"] = AcceptedEncodings;
                throw new RpcException(
                    StatusCode.Unimplemented,
                    $"grpc-encoding {encoding} is not supported; the server takes {AcceptedEncodings}"
                );
        }
    }

    private static TimeSpan? Timeout(HttpRequest request)
    {
        var header = request.Headers["grpc-timeout"];
        if (header.Count == 0)
        {
            return null;
        }

        return GrpcTimeout.TryParse(header.ToString(), out var timeout)
            ? timeout
            : throw new RpcException(StatusCode.InvalidArgument, $"malformed grpc-timeout {header}");
    }

    private RpcException NoSuchMethod(string path, RpcMethod? known)
    {
        if (known is not null)
        {
            return RpcFailures.NotBuilt(known);
        }

        var slash = path.LastIndexOf('/');
        if (slash < 1)
        {
            return new RpcException(StatusCode.Unimplemented, $"malformed method name {path}");
        }

        var service = path[1..slash];
        return new RpcException(
            StatusCode.Unimplemented,
            services.HasService(service) ? $"unknown method {path[(slash + 1)..]} for service {service}" : $"unknown service {service}"
        );
    }

    private static IHeaderDictionary Trailers(HttpContext http) =>
        http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
}
