using System.Net;
using System.Text;
using Transponder.Server.Wire;
using Transponder.Server.Wire.Cors;
using Xunit;

namespace Transponder.Tests.Server.Wire.Cors;

public sealed class CorsGateTests : IAsyncDisposable
{
    private const string Friend = "https://console.example.com";
    private readonly HttpClient client = new(new SocketsHttpHandler());
    private WireServer? server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task Preflight_ByDefault_IsRefused()
    {
        using var response = await SendAsync(new CorsOptions(), HttpMethod.Options, Friend, preflight: true);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(Header(response, "access-control-allow-origin"));
    }

    [Fact]
    public async Task Preflight_FromAnAllowedOrigin_SaysWhatMayBeSent()
    {
        var options = new CorsOptions { AllowedOrigins = [Friend], AllowedHeaders = ["x-team"] };
        using var response = await SendAsync(options, HttpMethod.Options, Friend, preflight: true);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(Friend, Header(response, "access-control-allow-origin"));
        Assert.Equal("true", Header(response, "access-control-allow-credentials"));
        Assert.Equal("Origin", Header(response, "vary"));
        Assert.Contains("POST", Header(response, "access-control-allow-methods"));
        Assert.Contains("x-grpc-web", Header(response, "access-control-allow-headers"));
        Assert.Contains("x-team", Header(response, "access-control-allow-headers"));
    }

    [Fact]
    public async Task Answer_ToAnyOrigin_CarriesNoCredentials()
    {
        using var response = await SendAsync(new CorsOptions { AllowedOrigins = ["*"] }, HttpMethod.Get, Friend);

        Assert.Equal("*", Header(response, "access-control-allow-origin"));
        Assert.Contains("grpc-status", Header(response, "access-control-expose-headers"));
        Assert.Empty(Header(response, "access-control-allow-credentials"));
    }

    [Theory]
    [InlineData("https://console.example.com.evil.example")]
    [InlineData("http://console.example.com")]
    [InlineData("null")]
    public async Task Change_FromAnotherOrigin_IsRefused(string origin)
    {
        using var response = await SendAsync(new CorsOptions { AllowedOrigins = [Friend] }, HttpMethod.Post, origin);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Read_FromAnotherOrigin_IsAnsweredWithoutLeave()
    {
        using var response = await SendAsync(new CorsOptions(), HttpMethod.Get, Friend);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(Header(response, "access-control-allow-origin"));
    }

    [Fact]
    public async Task Change_FromTheServersOwnPages_IsTaken()
    {
        using var response = await SendAsync(new CorsOptions(), HttpMethod.Post, origin: null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(CorsOptions cors, HttpMethod method, string? origin, bool preflight = false)
    {
        server = await WireServer.StartAsync(ScriptedAdmin.Services(), new WireOptions { Cors = cors });
        using var request = new HttpRequestMessage(
            method,
            new Uri(server.Http, method == HttpMethod.Get ? "api/v1/version" : "api/v1/projects")
        );
        request.Headers.Add("Origin", origin ?? server.Http.GetLeftPart(UriPartial.Authority));
        if (preflight)
            request.Headers.Add("Access-Control-Request-Method", "POST");
        if (method == HttpMethod.Post)
            request.Content = new StringContent("{}", Encoding.UTF8, "text/plain");
        return await client.SendAsync(request, Token);
    }

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
