using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Discord;

/// <summary>What an operator decides about one webhook of Discord.</summary>
public sealed record DiscordOptions
{
    /// <summary>The webhook's URL, which is a secret.</summary>
    public required SecretRef WebhookUrl { get; init; }

    /// <summary>The thread of the webhook's channel that messages go to where an address names none; null = the channel itself.</summary>
    public string? ThreadId { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Says what is wrong with a target, which is the id of a thread; null when it is fine.</summary>
    /// <param name="target">What an address has after the channel's name; null when nothing.</param>
    public static string? CheckTarget(string? target) =>
        string.IsNullOrEmpty(target) || IsId(target)
            ? null
            : "is not a thread of Discord: the thread's id, 17 to 20 digits; the channel's name alone means the webhook's own channel";

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (SecretUrl.Problem(WebhookUrl, policy) is { } problem)
            yield return ("webhookUrl", problem);
        else if (WebhookUrl.TryResolve(out var url, out _) && new Uri(url).Query.Length > 0)
            yield return ("webhookUrl", "the webhook's URL must have no query; a thread is named under threadId");
        if (ThreadId is not null && !IsId(ThreadId))
            yield return ("threadId", "is not the id of a thread, 17 to 20 digits");
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
    }

    /// <summary>Whether a text is an id of Discord's.</summary>
    internal static bool IsId(string text) => text.Length is >= 17 and <= 20 && text.All(char.IsAsciiDigit);
}
