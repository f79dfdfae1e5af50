using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Flyteidl.Admin;
using Google.Protobuf;
using Grpc.Health.V1;
using Transponder.Server.Wire.GrpcWeb;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Server.Wire.GrpcWeb;

/// <summary>gRPC-Web byte for byte.</summary>
public sealed class GrpcWebEndpointTests : IAsyncLifetime
{
    private readonly HttpClient client = new(new SocketsHttpHandler());
    private WireServer server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await WireServer.StartAsync(ScriptedAdmin.Services(), maxMessageBytes: 100_000);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("application/grpc-web", "application/grpc-web+proto")]
    [InlineData("application/grpc-web+proto", "application/grpc-web+proto")]
    [InlineData("application/grpc-web-text", "application/grpc-web-text+proto")]
    [InlineData("application/grpc-web-text+proto", "application/grpc-web-text+proto")]
    public async Task Unary_Reply_IsAMessageAndATrailersFrame(string type, string answered)
    {
        var (response, body) = await CallAsync("flyteidl.service.AdminService/GetVersion", new GetVersionRequest(), type);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(answered, response.Content.Headers.ContentType!.ToString());
        var frames = Frames(body);
        Assert.Equal([0, 0x80], frames.Select(frame => frame.Flag));
        Assert.Equal("1.2.3", GetVersionResponse.Parser.ParseFrom(frames[0].Payload).ControlPlaneVersion.Version_);
        Assert.Equal("grpc-status: 0\r\n", Encoding.ASCII.GetString(frames[1].Payload));
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web-text")]
    public async Task Failure_Status_IsInTheBodyAlone(string type)
    {
        var request = new ProjectRegisterRequest
        {
            Project = new Project { Id = "details", Name = "é" },
        };
        var (response, body) = await CallAsync("flyteidl.service.AdminService/RegisterProject", request, type);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("grpc-status"));
        var trailers = Encoding.ASCII.GetString(Assert.Single(Frames(body)).Payload);
        Assert.StartsWith("grpc-status: 9\r\ngrpc-message: %C3%A9\r\ngrpc-status-details-bin: ", trailers);
    }

    [Fact]
    public async Task UnknownMethod_IsUnimplemented()
    {
        var (_, body) = await CallAsync("flyteidl.service.AdminService/Nothing", new GetVersionRequest(), "application/grpc-web");

        Assert.StartsWith("grpc-status: 12\r\n", Encoding.ASCII.GetString(Assert.Single(Frames(body)).Payload));
    }

    [Fact]
    public async Task Text_Request_MayComeInPiecesWithPaddingOfTheirOwn()
    {
        var frame = Frame(
            new ProjectRegisterRequest
            {
                Project = new Project { Id = "details", Name = "gone" },
            }
        );
        var pieces = Convert.ToBase64String(frame.AsSpan(0, 5)) + Convert.ToBase64String(frame.AsSpan(5));
        var (_, body) = await SendAsync(
            "flyteidl.service.AdminService/RegisterProject",
            Encoding.ASCII.GetBytes(pieces),
            "application/grpc-web-text"
        );

        Assert.Contains("grpc-message: gone\r\n", Encoding.ASCII.GetString(Assert.Single(Frames(body)).Payload));
    }

    [Theory]
    [InlineData("not base64!", 3)]
    [InlineData("AAAA", 13)]
    [InlineData("", 13)]
    public async Task Text_Request_ThatIsBroken_EndsWithAStatus(string text, int status)
    {
        var (_, body) = await SendAsync(
            "flyteidl.service.AdminService/GetVersion",
            Encoding.ASCII.GetBytes(text),
            "application/grpc-web-text"
        );

        Assert.StartsWith($"grpc-status: {status}\r\n", Encoding.ASCII.GetString(Assert.Single(Frames(body)).Payload));
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web-text")]
    public async Task Request_OverTheCap_IsResourceExhausted(string type)
    {
        var request = new ProjectRegisterRequest
        {
            Project = new Project { Id = "x", Name = new string('x', 150_000) },
        };
        var (_, body) = await CallAsync("flyteidl.service.AdminService/RegisterProject", request, type);

        Assert.StartsWith("grpc-status: 8\r\n", Encoding.ASCII.GetString(Assert.Single(Frames(body)).Payload));
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web-text")]
    public async Task Stream_Messages_ArriveOneByOne(string type)
    {
        var bytes = Frame(new HealthCheckRequest());
        using var message = Request("grpc.health.v1.Health/Watch", Encoded(bytes, type), type);
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Token);
        using var stream = await response.Content.ReadAsStreamAsync(Token);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await NextAsync(stream, type));
        server.Health.SetAll(false);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await NextAsync(stream, type));
    }

    [Fact]
    public async Task Get_IsNotAllowed()
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, "flyteidl.service.AdminService/GetVersion"));
        message.Content = new ByteArrayContent([]);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc-web");
        using var response = await client.SendAsync(message, Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AQID")]
    [InlineData("AQ==")]
    [InlineData("AQ==AgM=BAUG")]
    public void Base64Text_Decode_TakesPieces(string text)
    {
        var expected = text.Split('=', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(piece => Convert.FromBase64String(piece.PadRight((piece.Length + 3) / 4 * 4, '=')));

        Assert.Equal(expected, Base64Text.Decode(Encoding.ASCII.GetBytes(text)));
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> NextAsync(Stream stream, string type)
    {
        // A frame of a status is 5 + 2 bytes, in base64 12 characters.
        var bytes = new byte[type.Contains("text") ? 12 : 7];
        await stream.ReadExactlyAsync(bytes, Token);
        return HealthCheckResponse.Parser.ParseFrom(Frames(type.Contains("text") ? Base64Text.Decode(bytes) : bytes)[0].Payload).Status;
    }

    private Task<(HttpResponseMessage Response, byte[] Body)> CallAsync(string method, IMessage request, string type) =>
        SendAsync(method, Encoded(Frame(request), type), type);

    private async Task<(HttpResponseMessage Response, byte[] Body)> SendAsync(string method, byte[] body, string type)
    {
        using var message = Request(method, body, type);
        var response = await client.SendAsync(message, Token);
        var answer = await response.Content.ReadAsByteArrayAsync(Token);
        return (response, type.Contains("text") ? Base64Text.Decode(answer) : answer);
    }

    private HttpRequestMessage Request(string method, byte[] body, string type)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http, method)) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        message.Headers.Add("x-grpc-web", "1");
        return message;
    }

    private static byte[] Encoded(byte[] bytes, string type) =>
        type.Contains("text") ? Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)) : bytes;

    private static byte[] Frame(IMessage message)
    {
        var payload = message.ToByteArray();
        var frame = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }

    private static List<(byte Flag, byte[] Payload)> Frames(byte[] body)
    {
        var frames = new List<(byte, byte[])>();
        for (var at = 0; at < body.Length; )
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            frames.Add((body[at], body[(at + 5)..(at + 5 + length)]));
            at += 5 + length;
        }

        return frames;
    }
}
