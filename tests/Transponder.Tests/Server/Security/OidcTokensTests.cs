using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Tokens;
using Transponder.Notifiers.Outbound;
using Transponder.Protocol;
using Transponder.Server.Security;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Security;

/// <summary>Tokens of an issuer that speaks the wire.</summary>
public sealed class OidcTokensTests : IAsyncLifetime
{
    private static readonly (string, object) Viewer = ("roles", new[] { "viewer" });

    private readonly FakeTimeProvider clock = new();
    private readonly OutboundHttp http = new(
        new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.0/8"], out _), ConnectTimeout = TimeSpan.FromMinutes(1) }
    );
    private FakeIssuer issuer = null!;
    private OidcOptions options = null!;
    private IssuerKeys keys = null!;
    private OidcTokens tokens = null!;

    private DateTimeOffset Now => clock.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        issuer = await FakeIssuer.StartAsync();
        Use(
            new OidcOptions
            {
                Issuer = issuer.Url,
                Audiences = [FakeIssuer.Audience],
                Metadata = new Uri($"{issuer.Url}/.well-known/openid-configuration"),
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        keys.Dispose();
        http.Dispose();
        await issuer.DisposeAsync();
    }

    [Fact]
    public async Task Identify_GoodToken_IsItsHolder()
    {
        var caller = await IdentifyAsync(issuer.Token(Now, null, Viewer, ("preferred_username", "ada"), ("email", "ada@example.com")));

        Assert.Null(caller.Refusal);
        Assert.Equal("ada", caller.Name);
        Assert.Equal(Roles.Viewer, caller.Roles);
        Assert.Equal("user-1", caller.User!.Subject);
        Assert.Equal("ada@example.com", caller.User.Email);
    }

    [Fact]
    public async Task Identify_TokensThatDoNotCount_AreEachToldWhy()
    {
        await RefusedAsync(issuer.Token(Now.AddMinutes(-10), null, Viewer), "the token has expired");
        await RefusedAsync(issuer.Token(Now.AddMinutes(10), null, Viewer), "the token is not valid yet");
        await RefusedAsync(issuer.Token(Now, token => token.Expires = null, Viewer), "the token does not say when it expires");
        await RefusedAsync(issuer.Token(Now, token => token.Audience = "another"), "the token is not for the audience transponder");
        await RefusedAsync(issuer.Token(Now, token => token.Audience = null), "the token is not for the audience transponder");
        await RefusedAsync(
            issuer.Token(Now, token => token.Issuer = "https://evil.example.com"),
            $"the token is not from the issuer {issuer.Url}"
        );
        await RefusedAsync("not-a-token", "the bearer token is neither one that this server knows nor a JSON web token");
        await RefusedAsync("e30.e30.", "");
    }

    [Fact]
    public async Task Identify_ForgedTokens_AreRefused()
    {
        using var other = RSA.Create(2048);
        var theirs = new RsaSecurityKey(other) { KeyId = issuer.Key.KeyId };
        var stranger = new RsaSecurityKey(other) { KeyId = "unknown" };
        var nameless = new RsaSecurityKey(other);
        var good = issuer.Token(Now, null, Viewer);
        var parts = good.Split('.');

        await RefusedAsync(Signed(theirs, SecurityAlgorithms.RsaSha256), "the token's signature is missing or wrong");
        await RefusedAsync(
            Signed(stranger, SecurityAlgorithms.RsaSha256),
            "the token is signed with a key that its issuer does not publish"
        );
        await RefusedAsync(Signed(nameless, SecurityAlgorithms.RsaSha256), "");
        await RefusedAsync($"{parts[0]}.{Encode("""{"sub":"root","roles":["admin"]}""")}.{parts[2]}", "");
        await RefusedAsync($"{parts[0]}.{parts[1]}.", "");
        await RefusedAsync($"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.", "the token's signature is missing or wrong");
        await RefusedAsync($"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.{parts[2]}", "");
    }

    [Fact]
    public async Task Identify_PublicKeyUsedAsASharedSecret_IsRefused()
    {
        var pem = Encoding.ASCII.GetBytes(issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        var modulus = issuer.Key.Rsa.ExportParameters(false).Modulus!;

        await RefusedAsync(Signed(new SymmetricSecurityKey(pem) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256), "");
        await RefusedAsync(Signed(new SymmetricSecurityKey(modulus) { KeyId = issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256), "");
    }

    [Fact]
    public async Task Identify_RotatedKey_IsFetchedOnceForMany()
    {
        var old = issuer.Token(Now, null, Viewer);
        Assert.Null((await IdentifyAsync(old)).Refusal);
        var before = issuer.Asked;
        clock.Advance(TimeSpan.FromSeconds(20));
        issuer.Rotate();

        var young = issuer.Token(Now, null, Viewer);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IdentifyAsync(young))), caller => Assert.Null(caller.Refusal));
        Assert.Equal(before + 2, issuer.Asked);
        await RefusedAsync(old, "the token is signed with a key that its issuer does not publish");
    }

    [Fact]
    public async Task Identify_FloodOfUnknownKeys_DoesNotReachTheIssuer()
    {
        await IdentifyAsync(issuer.Token(Now, null, Viewer));
        clock.Advance(TimeSpan.FromSeconds(20));
        var before = issuer.Asked;
        using var other = RSA.Create(2048);

        for (var i = 0; i < 20; i++)
            await RefusedAsync(Signed(new RsaSecurityKey(other) { KeyId = $"unknown-{i}" }, SecurityAlgorithms.RsaSha256), "");

        Assert.Equal(before + 2, issuer.Asked);
    }

    [Fact]
    public async Task Identify_IssuerDown_KeepsItsKeys()
    {
        var first = issuer.Token(Now, null, Viewer);
        Assert.Null((await IdentifyAsync(first)).Refusal);
        issuer.Down = true;
        clock.Advance(TimeSpan.FromHours(30));

        Assert.Null((await IdentifyAsync(issuer.Token(Now, null, Viewer))).Refusal);
        await RefusedAsync(first, "the token has expired");
    }

    [Fact]
    public async Task Identify_IssuerDownFromTheStart_IsUnavailableUntilItIsBack()
    {
        issuer.Down = true;
        var token = issuer.Token(Now, null, Viewer);
        Assert.Equal(StatusCode.Unavailable, (await IdentifyAsync(token)).Refusal!.Code);

        issuer.Down = false;
        Assert.Equal(StatusCode.Unavailable, (await IdentifyAsync(token)).Refusal!.Code);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Null((await IdentifyAsync(token)).Refusal);
    }

    [Fact]
    public async Task Identify_RememberedToken_ExpiresAllTheSame()
    {
        var token = issuer.Token(Now, null, Viewer);
        Assert.Same(await IdentifyAsync(token), await IdentifyAsync(token));

        clock.Advance(TimeSpan.FromMinutes(6));

        await RefusedAsync(token, "the token has expired");
    }

    [Fact]
    public async Task Identify_DescriptionOfAnotherIssuer_IsNotBelieved()
    {
        Use(options with { Issuer = "https://login.example.com" });

        var caller = await IdentifyAsync(issuer.Token(Now, token => token.Issuer = "https://login.example.com", Viewer));

        Assert.Equal(StatusCode.Unavailable, caller.Refusal!.Code);
    }

    [Fact]
    public async Task Identify_Grants_KeepRolesToTheirProjects()
    {
        Use(
            options with
            {
                RolesClaim = "realm_access.roles",
                Grants =
                [
                    ("a-team", new Grant(Roles.Producer, new HashSet<string> { "a" })),
                    ("b-watch", new Grant(Roles.Viewer, new HashSet<string> { "b" })),
                ],
            }
        );

        var claim = ("realm_access", (object)new Dictionary<string, object> { ["roles"] = new[] { "a-team", "b-watch", "admin" } });
        var caller = await IdentifyAsync(issuer.Token(Now, null, claim));

        Assert.Equal(Roles.Producer | Roles.Viewer, caller.Roles);
        Assert.Equal(["a"], caller.With(AccessRules.Produces)!.Projects!);
        Assert.Equal(["a", "b"], caller.With(AccessRules.Reads)!.Projects!.Order());
    }

    [Fact]
    public async Task Identify_ProjectsClaim_ConfinesEveryRole()
    {
        Use(options with { ProjectsClaim = "https://example.com/projects" });

        var some = await IdentifyAsync(issuer.Token(Now, null, Viewer, ("https://example.com/projects", new[] { "a", "b" })));
        var all = await IdentifyAsync(issuer.Token(Now, null, Viewer, ("https://example.com/projects", "*")));
        var none = await IdentifyAsync(issuer.Token(Now, null, Viewer));

        Assert.Equal(["a", "b"], some.Projects!.Order());
        Assert.Null(all.Projects);
        Assert.Empty(none.Projects!);
    }

    private void Use(OidcOptions changed)
    {
        options = changed;
        keys?.Dispose();
        keys = new IssuerKeys(options, http, clock, NullLogger.Instance);
        tokens = new OidcTokens(options, keys, clock);
    }

    private string Signed(SecurityKey key, string algorithm) =>
        issuer.Token(Now, token => token.SigningCredentials = new SigningCredentials(key, algorithm), Viewer);

    private async Task<Caller> IdentifyAsync(string token) => await tokens.IdentifyAsync(token, TestContext.Current.CancellationToken);

    private async Task RefusedAsync(string token, string why)
    {
        var caller = await IdentifyAsync(token);
        Assert.NotNull(caller.Refusal);
        Assert.Equal(StatusCode.Unauthenticated, caller.Refusal.Code);
        if (why.Length > 0)
            Assert.Equal(why, caller.Refusal.Message);
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);
}
