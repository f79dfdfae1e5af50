using Flyteidl.Admin;
using Google.Protobuf.WellKnownTypes;
using Grpc.Health.V1;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Protocol;

public sealed class GrpcChannelTests : IAsyncLifetime
{
    private const string Admin = "flyteidl.service.AdminService/";
    private WireServer _server = null!;
    private GrpcChannel _channel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await WireServer.StartAsync(ScriptedAdmin.Services());
        _channel = new GrpcChannel(_server.Grpc, Patient.Channel with { MaxMessageBytes = 1_000_000 });
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Unary_Answered_ReturnsTheMessage()
    {
        var answer = await _channel.UnaryAsync<GetVersionRequest, GetVersionResponse>(
            $"{Admin}GetVersion",
            new(),
            cancellationToken: Token
        );

        Assert.Equal("1.2.3", answer.ControlPlaneVersion.Version_);
    }

    [Fact]
    public async Task Unary_Refused_CarriesCodeMessageAndDetails()
    {
        var failure = await FailAsync("details", "100 % of “ü” 🚀\nsecond line");

        Assert.Equal(StatusCode.FailedPrecondition, failure.Code);
        Assert.Equal("100 % of “ü” 🚀\nsecond line", failure.Message);
        var reason = Assert.IsType<Any>(Assert.Single(failure.Details)).Unpack<Flyteidl.Admin.EventFailureReason>();
        Assert.Equal("SUCCEEDED", reason.AlreadyInTerminalState.CurrentPhase);
    }

    [Fact]
    public async Task Unary_Metadata_ReachesTheServer()
    {
        var options = new CallOptions { Metadata = [new("x-note", "hello"), new("x-raw-bin", "AQI=")] };

        var failure = await FailAsync("metadata", options: options);

        Assert.StartsWith("hello 0102 ", failure.Message);
    }

    [Fact]
    public async Task Unary_DeadlinePasses_IsDeadlineExceeded()
    {
        var failure = await FailAsync("wait", options: new CallOptions { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal(StatusCode.DeadlineExceeded, failure.Code);
    }

    [Fact]
    public async Task Unary_CallerCancels_IsCancellationAndNoFailure()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = CallAsync("wait", cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Unary_AnswerAboveTheLimit_IsResourceExhausted()
    {
        var request = new ObjectGetRequest { Id = new Flyteidl.Core.Identifier { Name = "big" } };

        var failure = await Assert.ThrowsAsync<RpcException>(() =>
            _channel.UnaryAsync<ObjectGetRequest, Flyteidl.Admin.Task>($"{Admin}GetTask", request, cancellationToken: Token)
        );

        Assert.Equal(StatusCode.ResourceExhausted, failure.Code);
        Assert.Contains("larger than max", failure.Message);
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailableAndNamesTheAddress()
    {
        using var closed = new ClosedPort();
        using var channel = new GrpcChannel(new Uri($"http://127.0.0.1:{closed.Number}"), Patient.Channel);

        var failure = await Assert.ThrowsAsync<RpcException>(() =>
            channel.UnaryAsync<GetVersionRequest, GetVersionResponse>($"{Admin}GetVersion", new(), cancellationToken: Token)
        );

        Assert.Equal(StatusCode.Unavailable, failure.Code);
        Assert.Contains(channel.Address.ToString(), failure.Message);
    }

    [Fact]
    public async Task Stream_LoopLeft_EndsTheCall()
    {
        var states = new List<HealthCheckResponse.Types.ServingStatus>();
        var watch = _channel.ServerStreamingAsync<HealthCheckRequest, HealthCheckResponse>(
            "grpc.health.v1.Health/Watch",
            new(),
            cancellationToken: Token
        );

        await foreach (var answer in watch)
        {
            states.Add(answer.Status);
            if (states.Count == 2)
                break;
            _server.Health.SetAll(false);
        }

        Assert.Equal([HealthCheckResponse.Types.ServingStatus.Serving, HealthCheckResponse.Types.ServingStatus.NotServing], states);
    }

    private async Task<RpcException> FailAsync(string script, string name = "", CallOptions? options = null) =>
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(script, name, options, Token));

    private Task<ProjectRegisterResponse> CallAsync(
        string script,
        string name = "",
        CallOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        _channel.UnaryAsync<ProjectRegisterRequest, ProjectRegisterResponse>(
            $"{Admin}RegisterProject",
            new ProjectRegisterRequest
            {
                Project = new Project { Id = script, Name = name },
            },
            options,
            cancellationToken
        );
}
