using Transponder.Server.Configuration;
using Transponder.Server.Security;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Configuration.Sections;

public sealed class AuthSectionTests : IDisposable
{
    private readonly TempDirectory folder = new();

    [Fact]
    public void Read_TokensAndIssuer_AsWritten()
    {
        var secret = folder.Write("ci", "0123456789abcdef");
        var loaded = ConfigLoader.Parse(
            "c.yaml",
            $$"""
            server: { host: 0.0.0.0 }
            auth:
              tokens:
                - { name: ci, secret: { file: {{secret}} }, projects: [a, b], roles: [producer, Viewer] }
              oidc:
                issuer: https://login.example.com/
                audience: [transponder, flyte]
                rolesClaim: groups
                projectsClaim: projects
                nameClaim: email
                clientId: flyte-cli
                scopes: [openid, all]
                grants:
                  - { value: ml, roles: operator, projects: a }
            """
        );

        Assert.Empty(loaded.Problems);
        var auth = loaded.Options.Auth;
        var token = Assert.Single(auth.Tokens);
        Assert.Equal(("ci", Roles.Producer | Roles.Viewer), (token.Name, token.Grant.Roles));
        Assert.Equal(["a", "b"], token.Grant.Projects!.Order());
        Assert.Equal("https://login.example.com/.well-known/openid-configuration", auth.Oidc!.Metadata.ToString());
        Assert.Equal("https://login.example.com/", auth.Oidc.Issuer);
        Assert.Equal(["transponder", "flyte"], auth.Oidc.Audiences);
        Assert.Equal(["a"], Assert.Single(auth.Oidc.Grants).Grant.Projects!);
        Assert.Equal(("flyte-cli", 2), (auth.Login.ClientId, auth.Login.Scopes.Count));
        Assert.Empty(auth.TrustedProxies);
        Assert.DoesNotContain("0123456789abcdef", auth.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", token.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokens: [{ name: x, roles: [viewer] }]", "auth.tokens[0].secret", "is missing")]
    [InlineData("tokens: [{ name: x, secret: plain-text-secret-here, roles: [viewer] }]", "auth.tokens[0].secret", "must be a reference")]
    [InlineData("tokens: [{ secret: { env: X }, roles: [viewer] }]", "auth.tokens[0].name", "is missing")]
    [InlineData("tokens: [{ name: x, secret: { env: X }, roles: [owner] }]", "auth.tokens[0].roles", "\"owner\" is none of viewer")]
    [InlineData("tokens: [{ name: x, secret: { env: X } }]", "auth.tokens[0].roles", "is missing")]
    [InlineData("tokens: [{ name: x, secret: { env: X }, roles: [viewer], projects: [] }]", "auth.tokens[0].projects", "names no project")]
    [InlineData("tokens: [{ name: x, secret: { env: X }, roles: [viewer], projects: }]", "auth.tokens[0].projects", "names no project")]
    [InlineData("tokens: [ci]", "auth.tokens", "is not a map")]
    [InlineData("oidc: { audience: x }", "auth.oidc.issuer", "is missing")]
    [InlineData("oidc: { issuer: https://i.example.com }", "auth.oidc.audience", "is missing")]
    [InlineData("oidc: { issuer: http://i.example.com, audience: x }", "auth.oidc.issuer", "must begin with https://")]
    [InlineData(
        "oidc: { issuer: https://i.example.com, audience: x, jwksUrl: http://i.example.com/k }",
        "auth.oidc.jwksUrl",
        "must begin with"
    )]
    [InlineData("trustedProxies: [somewhere]", "auth.trustedProxies", "is not a network range")]
    public void Read_Mistake_IsNamed(string yaml, string key, string text)
    {
        var problem = Assert.Single(ConfigLoader.Parse("c.yaml", $"auth: {{ {yaml} }}").Problems, problem => problem.IsError);

        Assert.Equal(key, problem.Key);
        Assert.Contains(text, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ShortOrSharedSecrets_AreErrorsThatDoNotShowThem()
    {
        var (brief, first) = (folder.Write("brief", "tooshort"), folder.Write("first", "0123456789abcdef"));
        var second = folder.Write("second", "0123456789abcdef");

        var problems = ConfigLoader
            .Parse(
                "c.yaml",
                $$"""
                auth:
                  tokens:
                    - { name: a, secret: { file: {{brief}} }, roles: [viewer] }
                    - { name: b, secret: { file: {{first}} }, roles: [viewer] }
                    - { name: c, secret: { file: {{second}} }, roles: [viewer] }
                    - { name: c, secret: { file: {{folder.File("absent")}} }, roles: [viewer] }
                """
            )
            .Problems;

        Assert.Contains(problems, problem => problem.IsError && problem.Text.Contains("fewer than 16", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.IsError && problem.Text == "is the same as that of token \"b\"");
        Assert.Contains(problems, problem => problem.IsError && problem.Text == "\"c\" is used by another token");
        Assert.Contains(problems, problem => !problem.IsError && problem.Text.Contains("does not exist", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.Text.Contains("tooshort", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.Text.Contains("0123456789abcdef", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_ServiceAccounts_AreRead()
    {
        var keys = folder.Write("jwks.json", "{}");
        var loaded = ConfigLoader.Parse(
            "c.yaml",
            $"""
            domains: [ development, production ]
            auth:
              tokens: [ {"{"} name: a, secret: {"{"} file: {folder.Write("a.token", "0123456789abcdef")} {"}"}, roles: [ notifier ] {"}"} ]
              serviceAccounts:
                - {"{"} name: one, issuer: https://one.example.com, jwks: {keys}, audience: transponder {"}"}
                - name: two
                  issuer: https://kubernetes.default.svc
                  jwks: https://keys.example.com/jwks
                  audience: [ a, b ]
                  namespaceTemplate: "flyte-{"{{"} domain {"}}"}-{"{{"} project {"}}"}"
                  executions: namespace
            """
        );

        Assert.DoesNotContain(loaded.Problems, problem => problem.IsError);
        var (one, two) = (loaded.Options.Auth.ServiceAccounts[0], loaded.Options.Auth.ServiceAccounts[1]);
        Assert.Equal(("one", "https://one.example.com", true), (one.Name, one.Issuer.Issuer, one.Issuer.KeysOnly));
        Assert.Equal((new Uri(keys), WorkloadBinding.Pod), (one.Issuer.Jwks, one.Binding));
        Assert.Equal(["development", "production"], one.Domains);
        Assert.Equal([("a", (string?)"development")], one.Namespaces.Read("a-development", one.Domains));
        Assert.Equal(["a", "b"], two.Issuer.Audiences);
        Assert.Equal([("a", (string?)"production")], two.Namespaces.Read("flyte-production-a", two.Domains));
        Assert.Equal(WorkloadBinding.Namespace, two.Binding);
    }

    [Fact]
    public void Read_ServiceAccounts_SayWhatIsWrong()
    {
        var problems = ConfigLoader
            .Parse(
                "c.yaml",
                """
                auth:
                  serviceAccounts:
                    - { name: one, issuer: i, jwks: 'http://keys.example.com', audience: a, namespaceTemplate: 'static', executions: all }
                    - { name: two, issuer: i, jwks: /nowhere/jwks.json }
                    - { name: three, issuer: i, jwks: /nowhere/jwks.json, audience: a }
                    - { name: three, issuer: i, jwks: /nowhere/jwks.json, audience: a }
                channels:
                  c: { type: webhook, url: 'https://x.example.com', projects: [] }
                """
            )
            .Problems;

        foreach (
            var expected in (string[])
                [
                    "must be a file, or begin with https://",
                    "must hold {{ project }} once",
                    "\"all\" is none of pod, namespace",
                    "every pod's token for the Kubernetes API would be taken",
                    "\"three\" is used by another cluster",
                    "names none; leave the key out",
                ]
        )
            Assert.Contains(problems, problem => problem.IsError && problem.Text.Contains(expected, StringComparison.Ordinal));
        Assert.Contains(problems, problem => !problem.IsError && problem.Text.Contains("nobody but pods", StringComparison.Ordinal));
        Assert.Contains(
            problems,
            problem => !problem.IsError && problem.Text.Contains("tokens are refused until it does", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_FlytesKeys_AreTakenOrPassedOver()
    {
        var loaded = ConfigLoader.Parse(
            "c.yaml",
            """
            auth:
              authorizedUris: [ "https://flyte.example.com" ]
              userAuth: { openId: { baseUrl: https://login.example.com } }
              appAuth:
                authServerType: External
                thirdPartyConfig:
                  flyteClient: { clientId: from-flyte, redirectUri: "http://localhost:53593/callback", scopes: [ offline, all ] }
            """
        );

        Assert.DoesNotContain(loaded.Problems, problem => problem.IsError);
        Assert.Equal("from-flyte", loaded.Options.Auth.Login.ClientId);
        Assert.Equal(["offline", "all"], loaded.Options.Auth.Login.Scopes);
        Assert.False(loaded.Options.Auth.IsOn);
    }

    [Fact]
    public void Read_ForwardedUser_IsBelievedOnlyWhereSaid()
    {
        Assert.Equal(AuthOptions.Loopback, ConfigLoader.Parse("c.yaml", "").Options.Auth.TrustedProxies);
        Assert.Empty(ConfigLoader.Parse("c.yaml", "auth: { trustForwardedUser: false }").Options.Auth.TrustedProxies);
        Assert.Equal(
            ["10.0.0.0/8"],
            ConfigLoader
                .Parse("c.yaml", "auth: { trustForwardedUser: true, trustedProxies: [10.0.0.0/8] }")
                .Options.Auth.TrustedProxies.Select(range => range.ToString())
        );
    }

    public void Dispose() => folder.Dispose();
}
