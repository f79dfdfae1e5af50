using System.Net;
using System.Text;
using Transponder.Tests.Scenarios;
using Xunit;

namespace Transponder.Tests.Server.Security;

/// <summary>What the guard does that the rules do not show: when it refuses, and whose word it takes for a name.</summary>
public sealed class AccessGuardTests
{
    private const string Create = "/flyteidl.service.AdminService/CreateExecution";

    [Fact]
    public async Task Refusal_OfABodyThatIsNonsense_ComesBeforeItIsRead()
    {
        using var tokens = new TokenConfig().Add("viewer", "viewer").Add("root", "admin");
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, null));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(http, "viewer"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(http, "root"));
    }

    [Fact]
    public async Task Refusal_OfAnEndlessBody_DoesNotWaitForItsEnd()
    {
        using var tokens = new TokenConfig().Add("root", "admin");
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Grpc };
        using var body = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, Create)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ScenarioServer.Token);

        Assert.Equal("16", response.Headers.GetValues("grpc-status").Single());
        body.End();
    }

    [Fact]
    public async Task Refusal_OverGrpcWeb_IsTheSame()
    {
        using var tokens = new TokenConfig().Add("root", "admin");
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };
        using var content = new ByteArrayContent(new byte[5]);
        content.Headers.TryAddWithoutValidation("content-type", "application/grpc-web");

        using var response = await http.PostAsync(Create, content, ScenarioServer.Token);

        var answer = Encoding.ASCII.GetString(await response.Content.ReadAsByteArrayAsync(ScenarioServer.Token));
        Assert.Contains("grpc-status:16", answer.Replace(": ", ":", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "root")]
    [InlineData("  trustForwardedUser: true\n", "ada")]
    [InlineData("  trustForwardedUser: true\n  trustedProxies: [ 192.0.2.0/24 ]\n", "root")]
    public async Task Principal_OfAForwardedUser_IsBelievedOnlyWhereSaid(string more, string principal)
    {
        using var tokens = new TokenConfig().Add("root", "admin");
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml + more);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };
        http.DefaultRequestHeaders.TryAddWithoutValidation("authorization", $"Bearer {TokenConfig.Secret("root")}");
        http.DefaultRequestHeaders.TryAddWithoutValidation("x-forwarded-user", "ada");

        Assert.Contains($"\"name\":\"{principal}\"", await http.GetStringAsync("/me", ScenarioServer.Token), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/executions") { Content = new StringContent("{ nonsense") };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {TokenConfig.Secret(token)}");
        using var response = await http.SendAsync(request, ScenarioServer.Token);
        return response.StatusCode;
    }

    /// <summary>A body whose end does not come before it is told to.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndlessContent() => Headers.TryAddWithoutValidation("content-type", "application/grpc");

        public void End() => ended.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[3]);
            await stream.FlushAsync();
            await ended.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
