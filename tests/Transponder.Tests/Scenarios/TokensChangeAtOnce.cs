using Flyteidl.Admin;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>A new configuration says from the next call on who is let in; one with a mistake locks nobody out and lets nobody in.</summary>
public sealed class TokensChangeAtOnce
{
    private const StatusCode Unknown = StatusCode.Unauthenticated;
    private const StatusCode Denied = StatusCode.PermissionDenied;

    [Fact]
    public async Task TokensRolesAndProjects()
    {
        using var before = new TokenConfig().Add("gone", "admin").Add("changed", "admin").Add("stays", "viewer");
        using var after = new TokenConfig().Add("changed", "viewer", "a").Add("stays", "viewer").Add("new", "admin");
        await using var server = await ScenarioServer.StartAsync(before.Yaml);
        using var gone = server.Connect(TokenConfig.Secret("gone"));
        using var changed = server.Connect(TokenConfig.Secret("changed"));
        using var stays = server.Connect(TokenConfig.Secret("stays"));
        using var young = server.Connect(TokenConfig.Secret("new"));
        Assert.Equal(StatusCode.Ok, await ReadAsync(gone));
        Assert.Equal(StatusCode.Ok, await WriteAsync(changed, "a"));
        Assert.Equal(Unknown, await ReadAsync(young));

        await server.ReloadAsync(after.Yaml);

        Assert.Equal(Unknown, await ReadAsync(gone));
        Assert.Equal(Denied, await WriteAsync(changed, "b"));
        Assert.Equal(Denied, await ReadAsync(changed, "b"));
        Assert.Equal(StatusCode.Ok, await ReadAsync(changed, "a"));
        Assert.Equal(StatusCode.Ok, await ReadAsync(stays));
        Assert.Equal(StatusCode.Ok, await WriteAsync(young, "b"));
    }

    [Fact]
    public async Task TheIssuerAndItsGrants()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var another = await FakeIssuer.StartAsync();
        await using var server = await ScenarioServer.StartAsync(Oidc(issuer, "viewer"));
        using var ada = server.Connect(Token(issuer));
        using var bob = server.Connect(Token(another));
        Assert.Equal((StatusCode.Ok, Denied, Unknown), (await ReadAsync(ada), await WriteAsync(ada, "a"), await ReadAsync(bob)));

        await server.ReloadAsync(Oidc(issuer, "admin"));
        Assert.Equal((StatusCode.Ok, Unknown), (await WriteAsync(ada, "a"), await ReadAsync(bob)));

        await server.ReloadAsync(Oidc(issuer, "admin", "someone-else"));
        Assert.Equal(Unknown, await ReadAsync(ada));

        await server.ReloadAsync(Oidc(another, "viewer"));
        Assert.Equal((Unknown, StatusCode.Ok), (await ReadAsync(ada), await ReadAsync(bob)));

        using var tokens = new TokenConfig().Add("root", "admin");
        await server.ReloadAsync(tokens.Yaml);
        Assert.Equal((Unknown, Unknown), (await ReadAsync(ada), await ReadAsync(bob)));
    }

    [Fact]
    public async Task AuthenticationItself_ButNotTogetherWithTheAddress()
    {
        using var tokens = new TokenConfig().Add("root", "admin");
        await using var server = await ScenarioServer.StartAsync("");
        Assert.Equal(StatusCode.Ok, await WriteAsync(server.Client, "a"));

        await server.ReloadAsync(tokens.Yaml);
        Assert.Equal(Unknown, await ReadAsync(server.Client));

        // The other address might be the only one where that is safe.
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ReloadAsync("", "host: 127.0.0.2"));
        Assert.Equal(Unknown, await ReadAsync(server.Client));

        await server.ReloadAsync("");
        Assert.Equal(StatusCode.Ok, await WriteAsync(server.Client, "b"));
    }

    [Fact]
    public async Task SecretThatCannotBeReadAnyMore_HoldsOn()
    {
        using var folder = new TempDirectory();
        var file = folder.Write("root", TokenConfig.Secret("root"));
        var yaml = $"auth: {{ tokens: [ {{ name: root, secret: {{ file: {file} }}, roles: [admin] }} ] }}\n";
        await using var server = await ScenarioServer.StartAsync(yaml);
        using var root = server.Connect(TokenConfig.Secret("root"));

        File.Delete(file);
        await server.ReloadAsync(yaml + "projects: [a]\n");

        Assert.Equal(StatusCode.Ok, await ReadAsync(root));
    }

    [Fact]
    [Trait("needs", "servers")]
    public async Task FilesOfARunningProcess_AndAMistakeInThem()
    {
        using var before = new TokenConfig().Add("first", "admin");
        using var mistaken = new TokenConfig().Add("second", "admim");
        using var after = new TokenConfig().Add("second", "admin");
        await using var server = await ServerProcess.StartAsync(before.Yaml);
        using var first = server.Connect(TokenConfig.Secret("first"));
        using var second = server.Connect(TokenConfig.Secret("second"));
        Assert.Equal((StatusCode.Ok, Unknown), (await ReadAsync(first), await ReadAsync(second)));

        server.Rewrite(mistaken.Yaml);
        Assert.Contains("admim", await server.LineAsync("Mistake in the configuration"), StringComparison.Ordinal);
        Assert.Equal((StatusCode.Ok, Unknown), (await ReadAsync(first), await ReadAsync(second)));

        server.Rewrite(after.Yaml);
        await server.LineAsync("changed and in force: auth");
        Assert.Equal((Unknown, StatusCode.Ok), (await ReadAsync(first), await ReadAsync(second)));
    }

    private static string Token(FakeIssuer issuer) => issuer.Token(TimeProvider.System.GetUtcNow(), null, ("groups", new[] { "ml" }));

    private static string Oidc(FakeIssuer issuer, string role, string audience = FakeIssuer.Audience) =>
        $$"""
            auth:
              oidc:
                issuer: {{issuer.Url}}
                audience: {{audience}}
                rolesClaim: groups
                grants: [ { value: ml, roles: [{{role}}] } ]

            """;

    private static Task<StatusCode> ReadAsync(TransponderClient client, string project = "a") =>
        StatusAsync(
            client.Admin.ListExecutionsAsync(
                new ResourceListRequest
                {
                    Id = new NamedEntityIdentifier { Project = project, Domain = Platform.Domain },
                    Limit = 1,
                },
                ScenarioServer.Token
            )
        );

    private static Task<StatusCode> WriteAsync(TransponderClient client, string project) =>
        StatusAsync(
            client.Admin.RegisterProjectAsync(
                new ProjectRegisterRequest
                {
                    Project = new() { Id = project, Name = project },
                },
                ScenarioServer.Token
            )
        );

    private static async Task<StatusCode> StatusAsync(Task call)
    {
        try
        {
            await call;
            return StatusCode.Ok;
        }
        catch (RpcException failure)
        {
            return failure.Code;
        }
    }
}
