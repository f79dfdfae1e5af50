using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Transponder.Tests.Rig;

/// <summary>A Kubernetes cluster as far as tokens go: it binds them to pods, as the TokenRequest API does, and its keys lie in a file.</summary>
public sealed class FakeCluster : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";
    public const string Audience = "transponder";

    private readonly TempDirectory folder = new();
    private readonly RSA rsa = RSA.Create(2048);
    private readonly RsaSecurityKey key;

    public FakeCluster()
    {
        key = new RsaSecurityKey(rsa) { KeyId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) };
        var parameters = rsa.ExportParameters(false);
        KeysFile = folder.Write(
            "jwks.json",
            JsonSerializer.Serialize(
                new
                {
                    keys = new[]
                    {
                        new
                        {
                            kty = "RSA",
                            use = "sig",
                            alg = "RS256",
                            kid = key.KeyId,
                            n = Base64UrlEncoder.Encode(parameters.Modulus),
                            e = Base64UrlEncoder.Encode(parameters.Exponent),
                        },
                    },
                }
            )
        );
    }

    public string KeysFile { get; }

    /// <summary>The entry of the configuration, in one line.</summary>
    public string Yaml(string name = "local", string more = "") =>
        $"{{ name: {name}, issuer: '{Issuer}', jwks: {KeysFile}, audience: {Audience}{more} }}";

    /// <summary>The token that is projected into a pod; without a pod, one that is bound to none.</summary>
    public string Token(string space, string? pod, string audience = Audience, DateTimeOffset? issued = null)
    {
        var now = issued ?? TimeProvider.System.GetUtcNow();
        var bound = new Dictionary<string, object>
        {
            ["namespace"] = space,
            ["serviceaccount"] = new Dictionary<string, object> { ["name"] = "default", ["uid"] = "5d6c8e2b" },
        };
        if (pod is not null)
            bound["pod"] = new Dictionary<string, object> { ["name"] = pod, ["uid"] = "0f2a77c1" };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = audience,
                IssuedAt = now.UtcDateTime,
                NotBefore = now.UtcDateTime,
                Expires = now.UtcDateTime.AddHours(1),
                Claims = new Dictionary<string, object> { ["sub"] = $"system:serviceaccount:{space}:default", ["kubernetes.io"] = bound },
                SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
            }
        );
    }

    public void Dispose()
    {
        rsa.Dispose();
        folder.Dispose();
    }
}
