using System.Buffers;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Transponder.Protocol;
using Transponder.Protocol.Json;

namespace Transponder.Server.Wire.Rest;

/// <summary>A request message out of an HTTP request: body first, then query, then path, so that the path wins.</summary>
internal static class RestRequest
{
    /// <summary>The path's segments, each decoded by itself, so that <c>%2F</c> stays within its segment.</summary>
    public static string[] Segments(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.StartsWith('/') ? target.AsSpan() : (http.Request.Path.Value ?? "/").AsSpan();
        var query = path.IndexOf('?');
        path = query < 0 ? path : path[..query];
        var segments = path.Length < 2 ? [] : path[1..].ToString().Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = Uri.UnescapeDataString(segments[i]);
        }

        return segments;
    }

    public static IMessage Bind(RestRoute route, string[] path, QueryString query, ReadOnlyMemory<byte> body, RestDialect dialect)
    {
        var request = ProtoJsonParser.New(route.Method.Descriptor.InputType);
        if (body.Length > 0 && (route.BodyIsRequest || route.BodyField is not null))
        {
            dialect.Read(body, request, route.BodyField);
        }

        try
        {
            if (!route.BodyIsRequest && query.HasValue)
            {
                BindQuery(route, request, query);
            }

            foreach (var variable in route.Path.Variables)
            {
                variable.Field.Set(request, variable.Take(path, route.TakesRest && variable.End == route.Path.Segments.Count));
            }
        }
        catch (ProtoJsonException exception)
        {
            throw new RpcException(StatusCode.InvalidArgument, exception.Message);
        }

        return request;
    }

    public static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContext http, int cap)
    {
        if (http.Request.ContentLength is { } length)
        {
            if (length > cap)
            {
                throw RpcFailures.TooLarge(length, cap);
            }

            if (length == 0)
            {
                return default;
            }
        }

        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await RequestStream.ReadAsync(reader, default).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (buffer.Length > cap)
            {
                throw RpcFailures.TooLarge(buffer.Length, cap);
            }

            if (result.IsCompleted)
            {
                var body = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return body;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static void BindQuery(RestRoute route, IMessage request, QueryString query)
    {
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var name = pair.DecodeName().ToString();
            // Like the gateway, parameters that are no field are passed over, and so is what the path or the body sets.
            if (FieldPath.Find(name, request.Descriptor) is { } field && !route.IsBound(field))
            {
                field.Set(request, pair.DecodeValue().ToString());
            }
        }
    }
}
