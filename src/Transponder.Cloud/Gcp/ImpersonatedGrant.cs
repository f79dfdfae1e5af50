using System.Globalization;
using System.Text.Json;

namespace Transponder.Cloud.Gcp;

/// <summary>A service account that another identity may act as: that one's token is exchanged for the account's.</summary>
internal sealed class ImpersonatedGrant(JsonElement file, IGcpGrant source, GcpHttp http) : IGcpGrant
{
    private static readonly string[] SourceScopes = ["https://www.googleapis.com/auth/cloud-platform"];

    public async Task<GcpToken> RequestAsync(IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var endpoint = GcpHttp.Secure(file.Required("service_account_impersonation_url"), "service_account_impersonation_url");
        var own = await source.RequestAsync(SourceScopes, cancellationToken).ConfigureAwait(false);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(Body(scopes)) };
        request.Content.Headers.ContentType = new("application/json");
        own.Apply(request);
        var answer = await http.JsonAsync(request, [own.Value], cancellationToken).ConfigureAwait(false);
        return
            answer.Text("accessToken") is { } token
            && DateTimeOffset.TryParse(
                answer.Text("expireTime"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var expires
            )
            ? new GcpToken(token, expires)
            : throw new GcpCredentialException($"{endpoint.Authority} answers without a token");
    }

    private byte[] Body(IReadOnlyList<string> scopes)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("scope");
            foreach (var scope in scopes)
                json.WriteStringValue(scope);
            json.WriteEndArray();
            if (file.TryGetProperty("delegates", out var delegates) && delegates.ValueKind == JsonValueKind.Array)
            {
                json.WritePropertyName("delegates");
                delegates.WriteTo(json);
            }
            json.WriteString("lifetime", $"{Life()}s");
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private int Life() =>
        file.Object("service_account_impersonation") is { } terms
        && terms.TryGetProperty("token_lifetime_seconds", out var seconds)
        && seconds.TryGetInt32(out var life)
            ? life
            : 3600;
}
