using System.Diagnostics.CodeAnalysis;
using System.Text;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Sinks.Http;

/// <summary>The sink's secrets as they are at this request.</summary>
/// <param name="Webhook">URL, signing secrets and headers.</param>
/// <param name="Authorization">The header of that name; null when there is none, or when it stands among the headers.</param>
internal sealed record HttpSinkSecrets(WebhookSecrets Webhook, string? Authorization)
{
    /// <summary>Every value that no text may show.</summary>
    public IEnumerable<string> All =>
        Authorization is null ? Webhook.All : [.. Webhook.All, Authorization, Authorization[(Authorization.IndexOf(' ') + 1)..]];

    public static bool TryResolve(
        HttpSinkOptions options,
        OutboundPolicy policy,
        [NotNullWhen(true)] out HttpSinkSecrets? secrets,
        [NotNullWhen(false)] out string? problem
    )
    {
        secrets = null;
        if (!WebhookSecrets.TryResolve(options.Webhook, out var webhook, out problem))
            return false;
        if ((problem = policy.CheckUrl(webhook.Url)) is not null)
            return false;

        string? authorization = null;
        if ((options.BearerToken ?? options.Password) is { } reference)
        {
            if (!reference.TryResolve(out var secret, out problem))
                return false;
            authorization = options.BearerToken is null
                ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{secret}"))
                : "Bearer " + secret;
            if (authorization.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
            {
                problem = $"{reference.Place} does not hold plain ASCII in one line";
                return false;
            }
        }

        secrets = new HttpSinkSecrets(webhook, authorization);
        problem = null;
        return true;
    }

    /// <summary>Adds the operator's headers.</summary>
    public void AddTo(HttpRequestMessage request)
    {
        if (Authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        foreach (var (name, value) in Webhook.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
