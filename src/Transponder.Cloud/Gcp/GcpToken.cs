using System.Net.Http.Headers;

namespace Transponder.Cloud.Gcp;

/// <summary>An access token, which whoever holds it may use until it ends.</summary>
/// <param name="Value">The token itself.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="QuotaProject">The project that is charged; null = the one that is called.</param>
public sealed record GcpToken(string Value, DateTimeOffset Expires, string? QuotaProject = null)
{
    /// <summary>Puts the token on a request.</summary>
    /// <param name="request">A request to one of Google's services.</param>
    public void Apply(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Value);
        if (QuotaProject is not null)
            request.Headers.TryAddWithoutValidation("x-goog-user-project", QuotaProject);
    }

    /// <summary>Never the token.</summary>
    public override string ToString() => $"a token until {Expires:O}";
}
