using System.Buffers.Binary;
using System.IO.Compression;
using Flyteidl.Admin;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Server.Wire;

public sealed class GrpcEndpointTests : IAsyncLifetime
{
    private const string Service = "/flyteidl.service.AdminService/";
    private WireServer server = null!;

    public async ValueTask InitializeAsync() => server = await WireServer.StartAsync(ScriptedAdmin.Services(), maxMessageBytes: 100_000);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Unary_Answers_FrameAndTrailers()
    {
        var (response, body) = await server.SendGrpcAsync(Service + "GetVersion", Frame(new GetVersionRequest()));

        Assert.Equal("application/grpc", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        Assert.Equal("1.2.3", GetVersionResponse.Parser.ParseFrom(body.AsSpan(5)).ControlPlaneVersion.Version_);
        Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
    }

    [Fact]
    public async Task Reply_OfManyPipeBlocks_ArrivesWhole()
    {
        var request = new ObjectGetRequest { Id = new Flyteidl.Core.Identifier { Name = "big" } };
        var (response, body) = await server.SendGrpcAsync(Service + "GetTask", Frame(request));

        Assert.Equal("0", WireServer.Field(response, "grpc-status"));
        Assert.Equal(3_000_000, Flyteidl.Admin.Task.Parser.ParseFrom(body.AsSpan(5)).ShortDescription.Length);
    }

    [Theory]
    [InlineData("GetWorkflow", "12", "method GetWorkflow of service flyteidl.service.AdminService is not implemented")]
    [InlineData("Nothing", "12", "unknown method Nothing for service flyteidl.service.AdminService")]
    [InlineData("../other.Service/Get", "12", "unknown service other.Service")]
    public async Task Method_NotServed_IsUnimplementedByName(string method, string code, string message)
    {
        var (response, _) = await server.SendGrpcAsync(Service + method, Frame(new GetVersionRequest()));

        Assert.Equal(code, response.Headers.GetValues("grpc-status").Single());
        Assert.Equal(message, WireServer.Field(response, "grpc-message"));
    }

    [Theory]
    [InlineData("bug", "13")]
    [InlineData("unknown", "13")]
    public async Task Exception_ThatNoStatusDescribes_IsInternalAndSaysNothingOfIt(string script, string code)
    {
        var (response, _) = await server.SendGrpcAsync(Service + "RegisterProject", Frame(Script(script)));

        Assert.Equal(code, WireServer.Field(response, "grpc-status"));
        Assert.DoesNotContain("secret", WireServer.Field(response, "grpc-message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Details_ArriveAsStatus_AndTheMessageIsCutForThem()
    {
        var (response, _) = await server.SendGrpcAsync(Service + "RegisterProject", Frame(Script("details", new string('é', 40_000))));

        var message = WireServer.Field(response, "grpc-message")!;
        var details = WireServer.Field(response, "grpc-status-details-bin")!;
        Assert.InRange(message.Length + details.Length, 6_000, 7 * 1024);
        Assert.DoesNotContain('=', details);
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
        Assert.Equal(9, status.Code);
        Assert.EndsWith("é [cut]", status.Message, StringComparison.Ordinal);
        Assert.Equal(status.Message, Uri.UnescapeDataString(message));
        Assert.Equal("SUCCEEDED", status.Details.Single().Unpack<EventFailureReason>().AlreadyInTerminalState.CurrentPhase);
    }

    [Fact]
    public async Task Metadata_IsReadable_AndRequestBytesAreKept()
    {
        var body = Frame(Script("metadata"));
        var (response, _) = await server.SendGrpcAsync(Service + "RegisterProject", body, ("x-note", "hi"), ("x-raw-bin", "AQI"));

        Assert.Equal($"hi 0102 {body.Length - 5}", WireServer.Field(response, "grpc-message"));
    }

    [Fact]
    public async Task Message_OverTheCap_IsResourceExhaustedInGoWords()
    {
        var (response, _) = await server.SendGrpcAsync(Service + "RegisterProject", Frame(Script("x", new string('a', 200_000))));

        Assert.Equal("8", WireServer.Field(response, "grpc-status"));
        Assert.Matches(@"^grpc: received message larger than max \(2000\d\d vs\. 100000\)$", WireServer.Field(response, "grpc-message"));
    }

    [Fact]
    public async Task Gzip_IsRead_AndTheCapHoldsAfterIt()
    {
        var (small, _) = await server.SendGrpcAsync(
            Service + "RegisterProject",
            Frame(Script("details", new string('a', 5_000)), gzip: true),
            ("grpc-encoding", "gzip")
        );
        var (big, _) = await server.SendGrpcAsync(
            Service + "RegisterProject",
            Frame(Script("x", new string('a', 500_000)), gzip: true),
            ("grpc-encoding", "gzip")
        );

        Assert.Equal("9", WireServer.Field(small, "grpc-status"));
        Assert.Equal("8", WireServer.Field(big, "grpc-status"));
        Assert.StartsWith("grpc: received message larger than max (", WireServer.Field(big, "grpc-message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encoding_ThatIsNotKnown_IsUnimplementedAndNamesTheKnown()
    {
        var (response, _) = await server.SendGrpcAsync(Service + "GetVersion", Frame(new GetVersionRequest()), ("grpc-encoding", "snappy"));

        Assert.Equal("12", WireServer.Field(response, "grpc-status"));
        Assert.Equal("identity,gzip", WireServer.Field(response, "grpc-accept-encoding"));
    }

    [Theory]
    [InlineData("application/json", 415)]
    [InlineData("application/grpc-web", 415)]
    public async Task ContentType_ThatIsNotGrpc_IsRefused(string type, int status)
    {
        var (response, _) = await server.SendGrpcAsync(Service + "GetVersion", Frame(new GetVersionRequest()), ("content-type", type));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0xFF, 0xFF }, "3")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 0xFF }, "13")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[0], "13")]
    public async Task Body_ThatIsNotOneMessage_NeverAnswersUnknown(byte[] body, string code)
    {
        var (response, _) = await server.SendGrpcAsync(Service + "RegisterProject", body);

        Assert.Equal(code, WireServer.Field(response, "grpc-status"));
    }

    [Fact]
    public async Task Deadline_Passed_IsDeadlineExceeded()
    {
        var (response, _) = await server.SendGrpcAsync(Service + "RegisterProject", Frame(Script("wait")), ("grpc-timeout", "50m"));

        Assert.Equal("4", WireServer.Field(response, "grpc-status"));
    }

    [Fact]
    public async Task Timeout_Malformed_IsInvalidArgument()
    {
        var (response, _) = await server.SendGrpcAsync(Service + "GetVersion", Frame(new GetVersionRequest()), ("grpc-timeout", "soon"));

        Assert.Equal("3", WireServer.Field(response, "grpc-status"));
    }

    private static ProjectRegisterRequest Script(string id, string name = "") =>
        new()
        {
            Project = new Project { Id = id, Name = name },
        };

    private static byte[] Frame(IMessage message, bool gzip = false)
    {
        var payload = message.ToByteArray();
        if (gzip)
        {
            using var buffer = new MemoryStream();
            using (var stream = new GZipStream(buffer, CompressionLevel.Fastest))
            {
                stream.Write(payload);
            }

            payload = buffer.ToArray();
        }

        var frame = new byte[5 + payload.Length];
        frame[0] = (byte)(gzip ? 1 : 0);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame, 5);
        return frame;
    }
}
