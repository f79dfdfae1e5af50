using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>What an operator decides about one Slack channel: an incoming webhook, or a bot that posts to many channels.</summary>
public sealed record SlackOptions
{
    /// <summary>Slack's own API.</summary>
    public const string PublicApi = "https://slack.com/api";

    /// <summary>The incoming webhook's URL, which is a secret; null = a bot.</summary>
    public SecretRef? WebhookUrl { get; init; }

    /// <summary>The bot's token (<c>xoxb-…</c>); null = an incoming webhook.</summary>
    public SecretRef? BotToken { get; init; }

    /// <summary>Where the Web API is.</summary>
    public string ApiUrl { get; init; } = PublicApi;

    /// <summary>Where the bot posts when an address names no target; null = every address must.</summary>
    public string? Channel { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Says what is wrong with a target; null when it is fine.</summary>
    /// <param name="target">What an address has after the channel's name; null when nothing.</param>
    public string? CheckTarget(string? target)
    {
        if (WebhookUrl is not null)
            return string.IsNullOrEmpty(target)
                ? null
                : "an incoming webhook of Slack posts to its own channel; the channel's name alone is its address";
        if (string.IsNullOrEmpty(target))
            return Channel is null ? "names no Slack channel; write it after a colon, e.g. :#alerts" : null;
        return SlackTarget.Check(target);
    }

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (WebhookUrl is { } webhook)
        {
            if (BotToken is not null)
                yield return ("botToken", "a channel has either a webhookUrl or a botToken");
            if (Channel is not null)
                yield return ("channel", "an incoming webhook posts to its own channel; only a bot can choose");
            if (!webhook.TryResolve(out var url, out var unreadable))
                yield return ("webhookUrl", unreadable);
            else if (policy.CheckUrl(url) is { } problem)
                yield return ("webhookUrl", problem);
        }
        else if (BotToken is { } token)
        {
            if (!token.TryResolve(out var value, out var unreadable))
                yield return ("botToken", unreadable);
            else if (!IsToken(value))
                yield return ("botToken", "the token is not plain ASCII without blanks");
            if (Channel is not null && SlackTarget.Check(Channel) is { } wrong)
                yield return ("channel", wrong);
            if (policy.CheckUrl(ApiUrl) is { } problem)
                yield return ("apiUrl", problem);
        }
        else
        {
            yield return ("botToken", "is missing: a botToken, or a webhookUrl in its place");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
    }

    /// <summary>Whether a value can stand in the Authorization header.</summary>
    internal static bool IsToken(string value) => value.All(c => c is > ' ' and <= '~');
}
