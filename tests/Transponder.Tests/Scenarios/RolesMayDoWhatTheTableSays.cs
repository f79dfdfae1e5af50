using System.Net;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Routing;
using Transponder.Server.Wire.Rest;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Every method and every route, asked by every role and by nobody: each gets exactly what the table says.</summary>
public sealed class RolesMayDoWhatTheTableSays
{
    private const int Denied = 7;
    private const int Unauthenticated = 16;

    private static readonly string?[] Holders = [null, "viewer", "producer", "operator", "admin", "notifier"];

    [Fact]
    public async Task Methods_OverGrpc()
    {
        using var tokens = Tokens();
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml);
        using var grpc = new RawGrpc(server.Grpc);
        var wrong = new List<string>();
        foreach (var method in server.Services.Methods)
        {
            Assert.True(AccessTable.Rows.ContainsKey(method.Descriptor.FullName), $"{method.Path} is not in the table of this test");
            foreach (var holder in Holders)
            {
                var expected =
                    AccessTable.LetsIn(method.Descriptor.FullName, holder) ? "in"
                    : holder is null ? "unauthenticated"
                    : "denied";
                // Who may watch does so without an end; a refusal has all the time that it takes.
                var limit = expected == "in" && method.Path.EndsWith("/Watch", StringComparison.Ordinal) ? "200m" : null;
                var (status, message) = await grpc.CallAsync(
                    method.Path,
                    method.Descriptor.InputType.Parser.ParseFrom([]),
                    Token(holder),
                    timeout: limit
                );
                var seen = status switch
                {
                    Denied => "denied",
                    Unauthenticated => "unauthenticated",
                    _ => "in",
                };
                if (seen != expected)
                    wrong.Add($"{method.Path} by {holder ?? "nobody"}: {seen} ({message}), not {expected}");
            }
        }

        Assert.Empty(wrong);
        var served = server.Services.Methods.Select(method => method.Descriptor.FullName).ToHashSet();
        Assert.All(AccessTable.Rows.Keys.Where(IsServed(server)), method => Assert.Contains(method, served));
    }

    [Fact]
    public async Task Routes_OverRest()
    {
        using var tokens = Tokens();
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };
        var wrong = new List<string>();
        foreach (var route in server.Services.Methods.SelectMany(RestRoute.Of))
        {
            var path = string.Concat(
                route.Path.Segments.Select(segment => segment is PathTemplate.One or PathTemplate.Rest ? "/x" : $"/{segment}")
            );
            foreach (var holder in Holders)
            {
                using var request = new HttpRequestMessage(new HttpMethod(route.Verb), path);
                if (Token(holder) is { } token)
                    request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ScenarioServer.Token);
                var expected =
                    AccessTable.LetsIn(route.Method.Descriptor.FullName, holder) ? "in"
                    : holder is null ? "401"
                    : "403";
                var seen = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    ? $"{(int)response.StatusCode}"
                    : "in";
                if (seen != expected)
                    wrong.Add($"{route.Verb} {path} by {holder ?? "nobody"}: {seen}, not {expected}");
                if (seen == "401" && response.Headers.WwwAuthenticate.ToString() != "Bearer realm=\"transponder\"")
                    wrong.Add($"{route.Verb} {path}: no challenge");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task OtherPaths()
    {
        using var folder = new TempDirectory();
        using var tokens = Tokens();
        tokens.Add("confined", "admin", "a");
        await using var server = await ScenarioServer.StartAsync(
            $"{tokens.Yaml}storage: {{ type: local, directory: {folder.File("files")} }}\n"
        );
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };

        Assert.Equal(
            ["/api/v1/openapi", "/artifacts/{**key}", "/metrics"],
            server.Endpoints.OfType<RouteEndpoint>().Select(one => one.RoutePattern.RawText).Order(StringComparer.Ordinal)
        );
        foreach (var open in (string[])["/healthcheck", "/api/v1/openapi", "/config/v1/flyte_client"])
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, open, null));
        // Open, but there is no issuer that it could tell of.
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, "/.well-known/oauth-authorization-server", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/metrics", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/metrics", "not-a-secret-at-all"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/Metrics/", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/metrics", null, HttpMethod.Post));
        foreach (var role in Holders.OfType<string>().Except(["notifier"]))
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/metrics", Token(role)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, "/metrics", Token("notifier")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, "/metrics", Token("confined")));
        foreach (var absent in (string[])["/", "/index.html", "/console", "/api/v1", "/api/v1/nothing", "/openapi", "/debug/pprof"])
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(http, absent, null));
    }

    [Fact]
    public async Task SignedUrls_CarryTheirOwnRight()
    {
        using var folder = new TempDirectory();
        using var tokens = Tokens();
        await using var server = await ScenarioServer.StartAsync(
            $"{tokens.Yaml}storage: {{ type: local, directory: {folder.File("files")} }}\n"
        );
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/dataproxy/artifact_urn")
        {
            Content = new StringContent("""{"project":"flytesnacks","domain":"development","filenameRoot":"f","filename":"x"}"""),
        };
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {Token("producer")}");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ScenarioServer.Token);
        var answer = await response.Content.ReadAsStringAsync(ScenarioServer.Token);
        Assert.True(response.IsSuccessStatusCode, answer);
        var signed = JsonDocument.Parse(answer).RootElement.GetProperty("signedUrl").GetString()!;

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, new Uri(signed).AbsolutePath, Token("admin")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, signed, null));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            await StatusAsync(http, signed.Replace("/x?", "/y?", StringComparison.Ordinal), null, HttpMethod.Put)
        );
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, signed, null, HttpMethod.Put));
    }

    private static TokenConfig Tokens()
    {
        var tokens = new TokenConfig();
        foreach (var role in Holders.OfType<string>())
            tokens.Add(role, role);
        return tokens;
    }

    private static string? Token(string? holder) => holder is null ? null : TokenConfig.Secret(holder);

    private static Func<string, bool> IsServed(ScenarioServer server) =>
        method => server.Services.Descriptors.Any(service => method.StartsWith(service.FullName + ".", StringComparison.Ordinal));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, string? token, HttpMethod? verb = null)
    {
        using var request = new HttpRequestMessage(verb ?? HttpMethod.Get, path);
        if (verb == HttpMethod.Put)
            request.Content = new ByteArrayContent([1, 2, 3]);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("flyte-authorization", $"Bearer {token}");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ScenarioServer.Token);
        return response.StatusCode;
    }
}
