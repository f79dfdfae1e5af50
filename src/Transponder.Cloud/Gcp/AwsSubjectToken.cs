using System.Text.Encodings.Web;
using System.Text.Json;
using Transponder.Cloud.Aws;

namespace Transponder.Cloud.Gcp;

/// <summary>
/// Proves to Google who one is at AWS: a signed request for the caller's identity, bound to the federation's audience, that Google sends to AWS by itself.
/// </summary>
internal sealed class AwsSubjectToken(JsonElement source, string audience, GcpHttp http, AwsEnvironment aws, TimeProvider time)
{
    private const string Kind = "aws1";
    private const string Metadata = "X-aws-ec2-metadata-token";

    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        if (source.Text("environment_id") is not Kind)
            throw new GcpCredentialException(
                $"environment_id {source.Text("environment_id")} of credential_source is not known; {Kind} is"
            );
        var region = aws.Region ?? await RegionAsync(cancellationToken).ConfigureAwait(false);
        if (region.Length == 0 || !region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new GcpCredentialException($"\"{region}\" is no region of AWS");
        var credentials = await FindAsync(cancellationToken).ConfigureAwait(false);
        var url = source.Required("regional_cred_verification_url").Replace("{region}", region, StringComparison.Ordinal);
        return Uri.EscapeDataString(Proof(GcpHttp.Secure(url, "regional_cred_verification_url"), url, region, credentials));
    }

    private async Task<AwsCredentials> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await new AwsCredentialChain(aws, time).FindAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new GcpCredentialException("no AWS credentials were found where AWS's tools look for them");
        }
        catch (AwsCredentialException error)
        {
            throw new GcpCredentialException(error.Message, error);
        }
    }

    // The instance tells its zone, which is its region and a letter.
    private async Task<string> RegionAsync(CancellationToken cancellationToken)
    {
        var place =
            source.Text("region_url") ?? throw new GcpCredentialException("AWS_REGION is not set, and credential_source has no region_url");
        using var asking = new HttpRequestMessage(HttpMethod.Get, Address(place, "region_url"));
        var secrets = new List<string>();
        if (source.Text("imdsv2_session_token_url") is { } opening)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, Address(opening, "imdsv2_session_token_url"));
            request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "300");
            var session = await TextAsync(request, [], cancellationToken).ConfigureAwait(false);
            asking.Headers.TryAddWithoutValidation(Metadata, session);
            secrets.Add(session);
        }
        var zone = await TextAsync(asking, secrets, cancellationToken).ConfigureAwait(false);
        return zone.Length > 0 ? zone[..^1] : "";
    }

    private async Task<string> TextAsync(HttpRequestMessage request, IEnumerable<string> secrets, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(request, secrets, cancellationToken).ConfigureAwait(false);
        return (await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Trim();
    }

    private string Proof(Uri address, string url, string region, AwsCredentials credentials)
    {
        var signature = new AwsSignature(credentials, region, "sts", time.GetUtcNow());
        List<(string Name, string Value)> headers =
        [
            ("host", address.IsDefaultPort ? address.IdnHost : $"{address.IdnHost}:{address.Port}"),
            ("x-amz-date", signature.Time),
        ];
        if (credentials.SessionToken is { } token)
            headers.Add(("x-amz-security-token", token));
        headers.Add(("x-goog-cloud-target-resource", audience));

        var names = string.Join(';', headers.Select(header => header.Name));
        var query = string.Join('&', address.Query.TrimStart('?').Split('&').Order(StringComparer.Ordinal));
        var lines = string.Concat(headers.Select(header => $"{header.Name}:{header.Value}\n"));
        var canonical = $"POST\n{address.AbsolutePath}\n{query}\n{lines}\n{names}\n{AwsSignature.Hash([])}";
        headers.Add(
            (
                "Authorization",
                $"{AwsSignature.Algorithm} Credential={signature.Credential}, SignedHeaders={names}, Signature={signature.Of(canonical)}"
            )
        );
        return JsonSerializer.Serialize(
            new
            {
                url,
                method = "POST",
                headers = headers.Select(header => new { key = header.Name, value = header.Value }),
            },
            AsItIs
        );
    }

    private static Uri Address(string url, string key) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? address
            : throw new GcpCredentialException($"{key} of the credentials file's credential_source is not an http address");
}
