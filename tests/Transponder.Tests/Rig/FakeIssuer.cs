using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Transponder.Tests.Rig;

/// <summary>An OIDC issuer on loopback: it describes itself, publishes keys, signs tokens, rotates its key, and can be down.</summary>
public sealed class FakeIssuer : IAsyncDisposable
{
    public const string Audience = "transponder";

    private readonly WebApplication app;
    private int keyNumber;
    private int asked;
    private volatile bool down;

    private FakeIssuer(WebApplication app)
    {
        this.app = app;
        Key = NewKey();
        app.MapGet(
            "/.well-known/openid-configuration",
            () =>
                Answer(
                    new
                    {
                        issuer = Url,
                        authorization_endpoint = $"{Url}/authorize",
                        token_endpoint = $"{Url}/token",
                        jwks_uri = $"{Url}/keys",
                        response_types_supported = new[] { "code" },
                        grant_types_supported = new[] { "authorization_code", "client_credentials" },
                        token_endpoint_auth_methods_supported = new[] { "client_secret_basic" },
                    }
                )
        );
        app.MapGet("/keys", () => Answer(new { keys = new[] { Public(Key) } }));
    }

    public string Url { get; private set; } = "";

    /// <summary>The key that signs, and the only one that is published.</summary>
    public RsaSecurityKey Key { get; private set; }

    /// <summary>How often its keys or its description were asked for.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Answers 503 while true.</summary>
    public bool Down
    {
        get => down;
        set => down = value;
    }

    public static async Task<FakeIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var issuer = new FakeIssuer(app);
        await app.StartAsync();
        issuer.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return issuer;
    }

    /// <summary>Signs with a new key from now on.</summary>
    public void Rotate() => Key = NewKey();

    /// <summary>A good token, but for what the change makes of it.</summary>
    /// <param name="now">The moment of issue.</param>
    /// <param name="change">Makes another token of it.</param>
    /// <param name="claims">Further claims.</param>
    public string Token(
        DateTimeOffset now,
        Action<SecurityTokenDescriptor>? change = null,
        params IEnumerable<(string Name, object Value)> claims
    )
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Url,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = now.UtcDateTime.AddMinutes(5),
            Claims = claims.Prepend(("sub", "user-1")).ToDictionary(claim => claim.Item1, claim => claim.Item2),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static object Public(RsaSecurityKey key)
    {
        var parameters = key.Rsa.ExportParameters(false);
        return new
        {
            kty = "RSA",
            use = "sig",
            kid = key.KeyId,
            n = Base64UrlEncoder.Encode(parameters.Modulus),
            e = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }

    private RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = $"key-{++keyNumber}" };

    private IResult Answer(object body)
    {
        Interlocked.Increment(ref asked);
        return down ? Results.StatusCode(503) : Results.Json(body);
    }
}
