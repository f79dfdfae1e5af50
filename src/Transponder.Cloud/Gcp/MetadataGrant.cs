namespace Transponder.Cloud.Gcp;

/// <summary>The service account of the machine, pod or service that this runs on, asked of the metadata server.</summary>
internal sealed class MetadataGrant(string? host, string elsewhere, GcpHttp http, TimeProvider time) : IGcpGrant
{
    // The address rather than metadata.google.internal: it needs no resolver, which may be slow or absent off Google's machines.
    private const string OwnAddress = "169.254.169.254";
    private const string Flavor = "Metadata-Flavor";

    public async Task<GcpToken> RequestAsync(IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var server = host ?? OwnAddress;
        if (!Uri.TryCreate($"http://{server}/computeMetadata/v1/instance/service-accounts/default/token", UriKind.Absolute, out var url))
            throw new GcpCredentialException("GCE_METADATA_HOST is not a host");
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add(Flavor, "Google");
        try
        {
            using var response = await http.SendAsync(request, [], cancellationToken).ConfigureAwait(false);
            if (!response.Headers.TryGetValues(Flavor, out var flavors) || !flavors.Contains("Google"))
                throw new GcpCredentialException($"{server} is not Google's metadata server");
            var answer = System.Text.Json.JsonElement.Parse(
                await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)
            );
            return answer.Token("the metadata server", time.GetUtcNow());
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new GcpCredentialException($"{server} answers something that is not JSON", error);
        }
        catch (GcpCredentialException error)
        {
            throw new GcpCredentialException($"{elsewhere}, and the metadata server gives no token: {error.Message}", error);
        }
    }
}
