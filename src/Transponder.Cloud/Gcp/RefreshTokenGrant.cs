using System.Text.Json;

namespace Transponder.Cloud.Gcp;

/// <summary>A person's permission, as <c>gcloud auth application-default login</c> leaves it: a refresh token is exchanged for an access token.</summary>
internal sealed class RefreshTokenGrant(JsonElement file, GcpHttp http, TimeProvider time) : IGcpGrant
{
    public async Task<GcpToken> RequestAsync(IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var endpoint = GcpHttp.Secure(file.Text("token_uri") ?? "https://oauth2.googleapis.com/token", "token_uri");
        var (secret, refresh) = (file.Required("client_secret"), file.Required("refresh_token"));
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new FormUrlEncodedContent([
                new("grant_type", "refresh_token"),
                new("client_id", file.Required("client_id")),
                new("client_secret", secret),
                new("refresh_token", refresh),
            ]),
        };
        var answer = await http.JsonAsync(request, [secret, refresh], cancellationToken).ConfigureAwait(false);
        return answer.Token(endpoint.Authority, time.GetUtcNow());
    }
}
