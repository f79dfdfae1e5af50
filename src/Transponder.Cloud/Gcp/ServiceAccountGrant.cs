using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Transponder.Cloud.Gcp;

/// <summary>A service account's key: an assertion signed with it is exchanged for a token (RFC 7523).</summary>
internal sealed class ServiceAccountGrant(JsonElement file, GcpHttp http, TimeProvider time) : IGcpGrant
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public async Task<GcpToken> RequestAsync(IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var audience = file.Text("token_uri") ?? "https://oauth2.googleapis.com/token";
        var endpoint = GcpHttp.Secure(audience, "token_uri");
        var assertion = Assertion(audience, scopes);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new FormUrlEncodedContent([
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", assertion),
            ]),
        };
        var answer = await http.JsonAsync(request, [assertion], cancellationToken).ConfigureAwait(false);
        return answer.Token(endpoint.Authority, time.GetUtcNow());
    }

    private string Assertion(string audience, IReadOnlyList<string> scopes)
    {
        var now = time.GetUtcNow();
        var header = Json(json =>
        {
            json.WriteString("alg", "RS256");
            json.WriteString("typ", "JWT");
            if (file.Text("private_key_id") is { } id)
                json.WriteString("kid", id);
        });
        var claims = Json(json =>
        {
            json.WriteString("iss", file.Required("client_email"));
            json.WriteString("scope", string.Join(' ', scopes));
            json.WriteString("aud", audience);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Life).ToUnixTimeSeconds());
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private byte[] Sign(byte[] data)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(file.Required("private_key"));
            return key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw new GcpCredentialException("private_key of the credentials file is not an RSA key in PEM form");
        }
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
