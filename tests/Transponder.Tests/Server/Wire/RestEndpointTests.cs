using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Flyteidl.Admin;
using Google.Protobuf;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Server.Wire;

public sealed class RestEndpointTests : IAsyncLifetime
{
    private readonly HttpClient client = new(new SocketsHttpHandler());
    private WireServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await WireServer.StartAsync(ScriptedAdmin.Services(), maxMessageBytes: 100_000);
        client.BaseAddress = server.Http;
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Json_SpellsFieldsAsInTheProto_OtherTypesAsCamelCase()
    {
        Assert.Equal(
            (200, """{"control_plane_version":{"Build":"b","Version":"1.2.3","BuildTime":""}}"""),
            await GetAsync("/api/v1/version", "application/json")
        );
        Assert.Equal(
            (200, """{"controlPlaneVersion":{"Build":"b","Version":"1.2.3","BuildTime":""}}"""),
            await GetAsync("/api/v1/version", "*/*")
        );
        Assert.Equal((200, """{"executions":[],"token":"p|d|0||||"}"""), await GetAsync("/api/v1/executions/p/d", "application/json"));
    }

    [Fact]
    public async Task OctetStream_IsProtobufBothWays()
    {
        using var response = await SendAsync(
            HttpMethod.Post,
            "/api/v1/projects",
            new ProjectRegisterRequest
            {
                Project = new Project { Id = "details", Name = "gone" },
            }.ToByteArray(),
            "application/octet-stream"
        );

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        var status = Google.Rpc.Status.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal((9, "gone"), (status.Code, status.Message));
    }

    [Theory]
    [InlineData("/api/v1/executions/p%2Fq/d%20e", "p/q|d e|0||||")]
    [InlineData("/api/v1/executions/p/d?limit=7&token=t", "p|d|7|t|||")]
    [InlineData("/api/v1/executions/p/d?filters=eq(phase,FAILED)%2Bne(a,b)&nonsense=1", "p|d|0||eq(phase,FAILED)+ne(a,b)||")]
    [InlineData("/api/v1/executions/p/d?sort_by.key=k&sort_by.direction=ASCENDING", "p|d|0|||k|Ascending")]
    [InlineData("/api/v1/executions/p/d?sortBy.key=k&sortBy.direction=1", "p|d|0|||k|Ascending")]
    [InlineData("/api/v1/executions/p/d?id.project=x&id.name=y", "p|d|0||||")]
    public async Task PathAndQuery_FillNestedFields(string path, string token) =>
        Assert.Equal((200, $$"""{"executions":[],"token":"{{token}}"}"""), await GetAsync(path, "application/json"));

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, 5)]
    [InlineData("GET", "/api/v1/executions/p/d?limit=many", 400, 3)]
    [InlineData("GET", "/api/v1/executions//d", 404, 5)]
    [InlineData("PATCH", "/api/v1/projects", 501, 12)]
    [InlineData("GET", "/api/v1/domains", 501, 12)]
    [InlineData("GET", "/", 404, 5)]
    public async Task Failure_HasTheGatewaysShape(string verb, string path, int status, int code)
    {
        using var response = await SendAsync(new HttpMethod(verb), path, null, "application/json");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith($"{{\"code\":{code},\"message\":\"", await TextAsync(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"project":{"id":"a"}}""", "application/json", 200)]
    [InlineData("""{"project":{"id":"a"},"extra":1}""", "application/json", 400)]
    [InlineData("""{"project":{"id":"a"},"extra":1}""", "application/json; charset=utf-8", 400)]
    [InlineData("""{"project":{"id":"a"},"extra":1}""", "text/plain", 200)]
    [InlineData("""{"project":""", "application/json", 400)]
    [InlineData("", "application/json", 200)]
    public async Task Body_IsStrictAsJson_LenientOtherwise(string body, string type, int status)
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/projects", Encoding.UTF8.GetBytes(body), type);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Details_AreSpelledOut()
    {
        var body = Encoding.UTF8.GetBytes("""{"project":{"id":"details","name":"no"}}""");
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/projects", body, "application/json");

        Assert.Equal(
            """{"code":9,"message":"no","details":[{"@type":"type.googleapis.com/flyteidl.admin.EventFailureReason","already_in_terminal_state":{"current_phase":"SUCCEEDED"}}]}""",
            await TextAsync(response)
        );
    }

    [Fact]
    public async Task Delete_CarriesABody_AndThePathWins()
    {
        var body = Encoding.UTF8.GetBytes("""{"cause":"because","id":{"name":"other"}}""");
        using var response = await SendAsync(HttpMethod.Delete, "/api/v1/executions/p/d/n", body, "application/json");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("""{"code":9,"message":"n: because","details":[]}""", await TextAsync(response));
    }

    [Fact]
    public async Task Body_OverTheCap_SaysSo()
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/projects", new byte[200_000], "application/json");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(
            """{"code":8,"message":"grpc: received message larger than max (200000 vs. 100000)","details":[]}""",
            await TextAsync(response)
        );
    }

    [Fact]
    public async Task Bug_IsInternal_WithoutItsText()
    {
        var body = Encoding.UTF8.GetBytes("""{"project":{"id":"bug"}}""");
        using var response = await SendAsync(HttpMethod.Post, "/api/v1/projects", body, "application/json");

        Assert.Equal(500, (int)response.StatusCode);
        Assert.DoesNotContain("secret", await TextAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Healthcheck_FollowsTheHealthState()
    {
        Assert.Equal(200, (await GetAsync("/healthcheck", "*/*")).Status);
        server.Health.SetAll(false);
        Assert.Equal(503, (await GetAsync("/healthcheck", "*/*")).Status);
    }

    private async Task<(int Status, string Body)> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http + path.TrimStart('/')));
        request.Headers.TryAddWithoutValidation("accept", accept);
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await TextAsync(response));
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod verb, string path, byte[]? body, string type)
    {
        using var request = new HttpRequestMessage(verb, new Uri(server.Http, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        else
        {
            request.Headers.TryAddWithoutValidation("accept", type);
        }

        return await client.SendAsync(request);
    }
}
