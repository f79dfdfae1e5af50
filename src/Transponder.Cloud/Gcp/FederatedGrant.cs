using System.Text;
using System.Text.Json;
using Transponder.Cloud.Aws;

namespace Transponder.Cloud.Gcp;

/// <summary>Workload identity federation: another issuer's token is exchanged for one of Google's (RFC 8693).</summary>
internal sealed class FederatedGrant(JsonElement file, GcpHttp http, AwsEnvironment aws, TimeProvider time) : IGcpGrant
{
    public async Task<GcpToken> RequestAsync(IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var endpoint = GcpHttp.Secure(file.Required("token_url"), "token_url");
        var subject = await new SubjectToken(file, http, aws, time).ReadAsync(cancellationToken).ConfigureAwait(false);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(Form(subject, scopes)) };
        if (file.Text("client_id") is { } client)
        {
            var pair = $"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(file.Text("client_secret") ?? "")}";
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        var answer = await http.JsonAsync(request, [subject, file.Text("client_secret") ?? ""], cancellationToken).ConfigureAwait(false);
        return answer.Token(endpoint.Authority, time.GetUtcNow());
    }

    private IEnumerable<KeyValuePair<string, string>> Form(string subject, IReadOnlyList<string> scopes)
    {
        yield return new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        yield return new("requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
        yield return new("audience", file.Required("audience"));
        yield return new("scope", string.Join(' ', scopes));
        yield return new("subject_token", subject);
        yield return new("subject_token_type", file.Required("subject_token_type"));
        if (file.Text("workforce_pool_user_project") is { } project && file.Text("client_id") is null)
            yield return new("options", $$"""{"userProject":"{{JsonEncodedText.Encode(project)}}"}""");
    }
}
