using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Flyteidl.Admin;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>People log in at their issuer, and the server knows them by the issuer's tokens, over gRPC and REST alike.</summary>
public sealed class OidcOpensTheDoor
{
    [Fact]
    public async Task TokensOfTheIssuer_OverBothWires()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await ScenarioServer.StartAsync(Yaml(issuer));
        var now = TimeProvider.System.GetUtcNow();
        var ada = issuer.Token(now, null, ("groups", new[] { "ml" }), ("preferred_username", "ada"));
        var late = issuer.Token(now.AddHours(-1), null, ("groups", new[] { "ml" }));
        var stranger = issuer.Token(now, null, ("groups", new[] { "sales" }), ("preferred_username", "bob"));

        Assert.Equal("transponder", (await VersionAsync(server, ada)).ControlPlaneVersion.Build);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => VersionAsync(server, late))).Code);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => VersionAsync(server, ada[..^5]))).Code);
        using var bob = server.Connect(stranger);
        var refusal = await Assert.ThrowsAsync<RpcException>(() =>
            bob.Admin.ListProjectsAsync(new ProjectListRequest(), ScenarioServer.Token)
        );
        Assert.Equal("ListProjects needs the role viewer, producer, operator or admin; the roles of bob: none", refusal.Message);

        Assert.Equal("ada", (await GetAsync(server, "/me", ada)).GetProperty("preferredUsername").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server, "/me", late));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server, "/api/v1/projects", stranger));
    }

    [Fact]
    public async Task WhoeverExecutes_IsRecorded()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await ScenarioServer.StartAsync(Yaml(issuer));
        using var ada = server.Connect(
            issuer.Token(TimeProvider.System.GetUtcNow(), null, ("groups", new[] { "root" }), ("preferred_username", "ada"))
        );
        await Platform.RegisterAsync(ada.Admin);
        await Platform.CreateAsync(ada.Admin, "run");

        Assert.Equal("ada", (await Platform.GetAsync(ada.Admin, "run")).Spec.Metadata.Principal);
    }

    [Fact]
    public async Task Clients_AreToldHowToLogIn_WithoutAToken()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var server = await ScenarioServer.StartAsync(Yaml(issuer));

        var metadata = await GetAsync(server, "/.well-known/oauth-authorization-server", null);
        var client = await GetAsync(server, "/config/v1/flyte_client", null);

        Assert.Equal(issuer.Url, metadata.GetProperty("issuer").GetString());
        Assert.Equal($"{issuer.Url}/authorize", metadata.GetProperty("authorization_endpoint").GetString());
        Assert.Equal($"{issuer.Url}/token", metadata.GetProperty("token_endpoint").GetString());
        Assert.Equal($"{issuer.Url}/keys", metadata.GetProperty("jwks_uri").GetString());
        Assert.Equal("S256", metadata.GetProperty("code_challenge_methods_supported")[0].GetString());
        Assert.Equal("flyte-cli", client.GetProperty("client_id").GetString());
        Assert.Equal("http://localhost:53593/callback", client.GetProperty("redirect_uri").GetString());
        Assert.Equal("all", client.GetProperty("scopes")[0].GetString());
        Assert.Equal("flyte-authorization", client.GetProperty("authorization_metadata_key").GetString());
    }

    [Fact]
    public async Task IssuerThatIsDown_StopsNeitherServerNorTokens()
    {
        using var tokens = new TokenConfig().Add("root", "admin");
        await using var issuer = await FakeIssuer.StartAsync();
        issuer.Down = true;
        await using var server = await ScenarioServer.StartAsync(tokens.Yaml + Oidc(issuer));
        using var someone = server.Connect(issuer.Token(TimeProvider.System.GetUtcNow(), null, ("groups", new[] { "ml" })));

        Assert.NotNull(await VersionAsync(server, TokenConfig.Secret("root")));
        var failure = await Assert.ThrowsAsync<RpcException>(() => someone.Admin.GetVersionAsync(new(), ScenarioServer.Token));
        Assert.Equal(StatusCode.Unavailable, failure.Code);

        issuer.Down = false;
        await Eventually.TrueAsync(() => IsLetInAsync(someone), "the issuer's keys");
    }

    private static async Task<bool> IsLetInAsync(TransponderClient client)
    {
        try
        {
            return await client.Admin.GetVersionAsync(new(), ScenarioServer.Token) is not null;
        }
        catch (RpcException failure) when (failure.Code == StatusCode.Unavailable)
        {
            return false;
        }
    }

    private static string Yaml(FakeIssuer issuer) => "auth:\n" + Oidc(issuer);

    private static string Oidc(FakeIssuer issuer) =>
        $$"""
              oidc:
                issuer: {{issuer.Url}}
                audience: {{FakeIssuer.Audience}}
                rolesClaim: groups
                clientId: flyte-cli
                grants:
                  - { value: ml, roles: [viewer, producer], projects: [flytesnacks] }
                  - { value: root, roles: [admin] }

            """;

    private static async Task<GetVersionResponse> VersionAsync(ScenarioServer server, string token)
    {
        using var client = server.Connect(token);
        return await client.Admin.GetVersionAsync(new(), ScenarioServer.Token);
    }

    private static async Task<JsonElement> GetAsync(ScenarioServer server, string path, string? token)
    {
        using var response = await SendAsync(server, path, token, path == "/me" ? null : "application/json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<HttpStatusCode> StatusAsync(ScenarioServer server, string path, string token)
    {
        using var response = await SendAsync(server, path, token, null);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(ScenarioServer server, string path, string? token, string? accept)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };
        if (token is not null)
            http.DefaultRequestHeaders.TryAddWithoutValidation("authorization", $"Bearer {token}");
        if (accept is not null)
            http.DefaultRequestHeaders.Accept.ParseAdd(accept);
        return await http.GetAsync(path);
    }
}
