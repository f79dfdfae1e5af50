using System.Diagnostics.CodeAnalysis;

namespace Transponder.Notifiers.Channels.Webhook;

/// <summary>A webhook's secrets as they are at this attempt.</summary>
/// <param name="Url">Where the request goes.</param>
/// <param name="Signing">What signs it, the present secret first.</param>
/// <param name="Headers">The operator's headers.</param>
public sealed record WebhookSecrets(string Url, IReadOnlyList<string> Signing, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Every value that no text may show.</summary>
    public IEnumerable<string> All =>
        [.. Signing, .. Headers.Select(h => h.Value), .. Headers.Select(h => h.Value[(h.Value.IndexOf(' ') + 1)..])];

    /// <summary>Reads and checks them.</summary>
    /// <param name="options">Where they are kept.</param>
    /// <param name="secrets">The secrets.</param>
    /// <param name="problem">Why one could not be used, without its value.</param>
    public static bool TryResolve(
        WebhookOptions options,
        [NotNullWhen(true)] out WebhookSecrets? secrets,
        [NotNullWhen(false)] out string? problem
    )
    {
        secrets = null;
        if (!options.Url.TryResolve(out var url, out problem))
            return false;

        var signing = new List<string>();
        foreach (
            var reference in options.SigningSecret is { } present
                ? [present, .. options.PreviousSigningSecrets]
                : options.PreviousSigningSecrets
        )
        {
            if (!reference.TryResolve(out var secret, out problem))
                return false;
            if (WebhookSignature.CheckSecret(secret) is { } wrong)
            {
                problem = $"{reference.Place}: {wrong}";
                return false;
            }
            signing.Add(secret);
        }

        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, reference) in options.Headers)
        {
            if (!reference.TryResolve(out var value, out problem))
                return false;
            problem =
                WebhookHeaders.CheckName(name)
                ?? (WebhookHeaders.IsValue(value) ? null : $"the value of the header {name} is not plain ASCII in one line");
            if (problem is not null)
                return false;
            headers.Add(new(name, value));
        }

        problem = null;
        secrets = new WebhookSecrets(url, signing, headers);
        return true;
    }
}
