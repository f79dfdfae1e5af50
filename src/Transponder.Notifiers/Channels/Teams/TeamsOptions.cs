using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Teams;

/// <summary>What an operator decides about one channel or chat of Microsoft Teams.</summary>
public sealed record TeamsOptions
{
    /// <summary>The URL of the workflow that posts what it is sent, which is a secret.</summary>
    public required SecretRef WebhookUrl { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (SecretUrl.Problem(WebhookUrl, policy) is { } problem)
            yield return ("webhookUrl", problem);
        else if (WebhookUrl.TryResolve(out var url, out _) && RetiredConnector.Problem(url) is { } retired)
            yield return ("webhookUrl", retired);
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
    }
}
