using System.Text.Json;
using Transponder.Cloud.Aws;

namespace Transponder.Cloud.Gcp;

/// <summary>The token of another issuer that a federation starts from, read anew from its file or URL, or made for AWS, each time.</summary>
internal sealed class SubjectToken(JsonElement file, GcpHttp http, AwsEnvironment aws, TimeProvider time)
{
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var source = file.Object("credential_source") ?? throw new GcpCredentialException("the credentials file has no credential_source");
        if (source.Text("environment_id") is not null)
            return await new AwsSubjectToken(source, file.Required("audience"), http, aws, time)
                .MakeAsync(cancellationToken)
                .ConfigureAwait(false);
        var (text, place) = (source.Text("file"), source.Text("url")) switch
        {
            ({ } path, _) => (GcpCredentialFile.Read(path, "the subject token"), path),
            (_, { } url) => (await FetchAsync(url, source, cancellationToken).ConfigureAwait(false), new Uri(url).Authority),
            _ => throw new GcpCredentialException(
                "credential_source must have a file, a url or an environment_id; executables are not supported"
            ),
        };
        var token = Extract(text, source, place).Trim();
        return token.Length > 0 ? token : throw new GcpCredentialException($"the subject token from {place} is empty");
    }

    private async Task<string> FetchAsync(string url, JsonElement source, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !address.Scheme.StartsWith("http", StringComparison.Ordinal))
            throw new GcpCredentialException("url of the credentials file's credential_source is not an http address");
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        var secrets = new List<string>();
        foreach (var header in source.Object("headers")?.EnumerateObject() ?? default)
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value.ToString());
            secrets.Add(header.Value.ToString());
        }
        using var response = await http.SendAsync(request, secrets, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Extract(string text, JsonElement source, string place)
    {
        if (source.Object("format") is not { } format || format.Text("type") is null or "text")
            return text;
        var field = format.Text("subject_token_field_name") ?? throw new GcpCredentialException("format has no subject_token_field_name");
        try
        {
            return JsonElement.Parse(text).Text(field) ?? "";
        }
        catch (JsonException)
        {
            throw new GcpCredentialException($"the subject token from {place} is not in JSON");
        }
    }
}
