using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.PagerDuty;

/// <summary>What an operator decides about one PagerDuty service.</summary>
public sealed record PagerDutyOptions
{
    /// <summary>PagerDuty's own endpoint.</summary>
    public const string PublicEvents = "https://events.pagerduty.com/v2/enqueue";

    /// <summary>The integration key of the service, which is a secret.</summary>
    public required SecretRef RoutingKey { get; init; }

    /// <summary>Where events go: another region's endpoint, or something that speaks the same.</summary>
    public string EventsUrl { get; init; } = PublicEvents;

    /// <summary>The severity that each phase is given, where it is not the message's own.</summary>
    public IReadOnlyDictionary<string, PagerDutySeverity> Severities { get; init; } = new Dictionary<string, PagerDutySeverity>();

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!RoutingKey.TryResolve(out var key, out var unreadable))
            yield return ("routingKey", unreadable);
        else if (!IsKey(key))
            yield return ("routingKey", "the integration key is not plain ASCII without blanks");
        if (policy.CheckUrl(EventsUrl) is { } problem)
            yield return ("eventsUrl", problem);
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
    }

    /// <summary>Whether a value can be an integration key.</summary>
    internal static bool IsKey(string value) => value.All(c => c is > ' ' and <= '~');
}

/// <summary>PagerDuty's severities.</summary>
public enum PagerDutySeverity
{
    /// <summary>For information.</summary>
    Info,

    /// <summary>Someone should look.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,

    /// <summary>Someone must act at once.</summary>
    Critical,
}
