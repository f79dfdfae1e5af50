using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace Transponder.Tests.Rig;

/// <summary>Calls any gRPC method with one message, and tells only its status.</summary>
public sealed class RawGrpc(Uri address) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler()) { BaseAddress = address };

    public async Task<(int Status, string Message)> CallAsync(
        string path,
        IMessage message,
        string? token,
        string header = "authorization",
        string? timeout = null
    )
    {
        var frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        message.WriteTo(frame.AsSpan(5));
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (timeout is not null)
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        if (token is not null)
            request.Headers.TryAddWithoutValidation(header, $"Bearer {token}");
        using var response = await http.SendAsync(request);
        return (int.Parse(Field(response, "grpc-status")!, CultureInfo.InvariantCulture), Field(response, "grpc-message") ?? "");
    }

    public void Dispose() => http.Dispose();

    private static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.TrailingHeaders.TryGetValues(name, out values)
            ? string.Join(",", values)
            : null;
}
