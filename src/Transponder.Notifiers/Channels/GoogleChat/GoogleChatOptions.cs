using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.GoogleChat;

/// <summary>What an operator decides about one space of Google Chat.</summary>
public sealed record GoogleChatOptions
{
    /// <summary>The incoming webhook's URL, whose key and token are secrets.</summary>
    public required SecretRef WebhookUrl { get; init; }

    /// <summary>Whether the messages of one execution form a thread.</summary>
    public bool Threads { get; init; } = true;

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (SecretUrl.Problem(WebhookUrl, policy) is { } problem)
            yield return ("webhookUrl", problem);
        else if (WebhookUrl.TryResolve(out var url, out _) && !new Uri(url).Query.Contains("token=", StringComparison.Ordinal))
            yield return ("webhookUrl", "the webhook's URL has no token; copy it whole, with ?key=…&token=…");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
    }
}
