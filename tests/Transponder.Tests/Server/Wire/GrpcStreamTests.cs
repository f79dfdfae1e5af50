using System.Net;
using Grpc.Health.V1;
using Xunit;

namespace Transponder.Tests.Server.Wire;

public sealed class GrpcStreamTests : IAsyncLifetime
{
    private readonly HttpClient client = new(new SocketsHttpHandler());
    private WireServer server = null!;

    public async ValueTask InitializeAsync() => server = await WireServer.StartAsync(ScriptedAdmin.Services());

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Watch_FollowsTheState_AndEndsWhenTheServerStops()
    {
        using var response = await SendAsync(
            "/grpc.health.v1.Health/Watch",
            new ByteArrayContent([0, 0, 0, 0, 0]),
            TestContext.Current.CancellationToken
        );
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await NextAsync(stream));
        server.Health.SetAll(false);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, await NextAsync(stream));
        await server.StopAsync();
        Assert.Equal(0, await stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Equal("14", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Caller_ThatBreaksOffInItsMessage_LeavesNoErrorInTheLog()
    {
        using var give = new CancellationTokenSource();
        var content = new Unfinished();
        var pending = SendAsync("/flyteidl.service.AdminService/RegisterProject", content, give.Token);
        await content.Started.Task.WaitAsync(TestContext.Current.CancellationToken);
        await give.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        using var next = await SendAsync(
            "/grpc.health.v1.Health/Check",
            new ByteArrayContent([0, 0, 0, 0, 0]),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        await server.StopAsync();
        Assert.Empty(server.Errors);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, HttpContent content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Grpc, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> NextAsync(Stream stream)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header);
        var body = new byte[header[4]];
        await stream.ReadExactlyAsync(body);
        return HealthCheckResponse.Parser.ParseFrom(body).Status;
    }

    /// <summary>A message whose second half never comes.</summary>
    private sealed class Unfinished : HttpContent
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0, 0, 100, 1 }, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
