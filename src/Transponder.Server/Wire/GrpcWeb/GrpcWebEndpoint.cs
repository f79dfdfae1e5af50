using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Transponder.Protocol;
using Transponder.Server.Wire.Grpc;
using Transponder.Server.Wire.Rest;

namespace Transponder.Server.Wire.GrpcWeb;

/// <summary>
/// gRPC as browsers can speak it, over HTTP/1.1 or HTTP/2: the same frames, and the trailers as a last frame of the body; for
/// <c>application/grpc-web-text</c> all of it in base64. The calls themselves are <see cref="GrpcEndpoint"/>'s.
/// </summary>
internal sealed class GrpcWebEndpoint(GrpcEndpoint grpc, WireOptions options)
{
    private const string Binary = "application/grpc-web";
    private const string Text = "application/grpc-web-text";
    private const byte TrailersFlag = 0x80;
    private const int FrameHeader = 5;

    private static readonly string[] StatusFields = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

    public static bool IsGrpcWeb(HttpRequest request) => IsType(request.ContentType, Binary) || IsType(request.ContentType, Text);

    public async Task HandleAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var text = IsType(http.Request.ContentType, Text);
        var trailers = new HeaderDictionary();
        http.Features.Set<IHttpResponseTrailersFeature>(new BodyTrailers { Trailers = trailers });
        http.Response.OnStarting(() =>
        {
            // A failure before the first message is written to the headers; it belongs into the body like every other end.
            foreach (var field in StatusFields)
            {
                if (http.Response.Headers.Remove(field, out var value))
                {
                    trailers[field] = value;
                }
            }

            http.Response.ContentType = text ? Text + "+proto" : Binary + "+proto";
            return Task.CompletedTask;
        });
        if (text)
        {
            http.Features.Set<IHttpResponseBodyFeature>(
                new Base64ResponseBody(http.Features.GetRequiredFeature<IHttpResponseBodyFeature>())
            );
        }

        if (!text || await DecodeRequestAsync(http, trailers).ConfigureAwait(false))
        {
            await grpc.HandleAsync(http).ConfigureAwait(false);
        }

        if (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        await http.Response.StartAsync().ConfigureAwait(false);
        WriteTrailers(http.Response.BodyWriter, trailers);
        await http.Response.BodyWriter.FlushAsync().ConfigureAwait(false);
    }

    private async Task<bool> DecodeRequestAsync(HttpContext http, HeaderDictionary trailers)
    {
        // Four characters carry three bytes; the frame's own length is checked where frames are read.
        var cap = checked((int)(((long)options.MaxMessageBytes + FrameHeader) * 4 / 3) + 1024);
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = cap + 1024;
        try
        {
            var body = await RestRequest.ReadBodyAsync(http, cap).ConfigureAwait(false);
            var frames = PipeReader.Create(new ReadOnlySequence<byte>(Base64Text.Decode(body.Span)));
            http.Features.Set<IRequestBodyPipeFeature>(new DecodedRequest(frames));
            return true;
        }
        catch (RpcException failure)
        {
            GrpcStatus.Write(trailers, failure);
            return false;
        }
    }

    private static void WriteTrailers(PipeWriter writer, HeaderDictionary trailers)
    {
        var block = new StringBuilder();
        foreach (var (name, value) in trailers)
        {
            block.Append(name.ToLowerInvariant()).Append(": ").Append(value.ToString()).Append("\r\n");
        }

        var bytes = Encoding.ASCII.GetBytes(block.ToString());
        var span = writer.GetSpan(FrameHeader + bytes.Length);
        span[0] = TrailersFlag;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], bytes.Length);
        bytes.CopyTo(span[FrameHeader..]);
        writer.Advance(FrameHeader + bytes.Length);
    }

    private static bool IsType(string? contentType, string type)
    {
        var rest = contentType.AsSpan();
        if (!rest.StartsWith(type, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        rest = rest[type.Length..];
        return rest.IsEmpty
            || rest[0] == ';'
            || rest.Equals("+proto", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("+proto;", StringComparison.OrdinalIgnoreCase);
    }

    private sealed class BodyTrailers : IHttpResponseTrailersFeature
    {
        public required IHeaderDictionary Trailers { get; set; }
    }

    private sealed class DecodedRequest(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
