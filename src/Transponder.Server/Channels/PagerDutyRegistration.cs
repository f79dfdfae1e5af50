using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.PagerDuty;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary><c>type: pagerduty</c>.</summary>
internal sealed class PagerDutyRegistration : IChannelRegistration
{
    private static readonly string[] Phases = ["failed", "timed_out", "aborted", "succeeded"];

    private static readonly (string Word, PagerDutySeverity? Value)[] Severities =
    [
        ("critical", PagerDutySeverity.Critical),
        ("error", PagerDutySeverity.Error),
        ("warning", PagerDutySeverity.Warning),
        ("info", PagerDutySeverity.Info),
    ];

    public string Type => "pagerduty";

    public ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound)
    {
        var defaults = new PagerDutyOptions { RoutingKey = SecretRef.FromValue("x") };
        var key = section.Secret("routingKey");
        if (key is null && !section.Has("routingKey"))
            section.Error("routingKey", "is missing: the integration key of the service");
        var severities = section.Section("severity");
        var options = new PagerDutyOptions
        {
            RoutingKey = key ?? defaults.RoutingKey,
            EventsUrl = section.Text("eventsUrl", defaults.EventsUrl),
            Severities = Phases
                .Select(phase => (phase, severity: severities.Choice(phase, null, Severities)))
                .Where(pair => pair.severity is not null)
                .ToDictionary(pair => pair.phase, pair => pair.severity!.Value),
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        var scope = section.Choice(
            "dedup",
            IncidentScope.LaunchPlan,
            ("launch-plan", IncidentScope.LaunchPlan),
            ("execution", IncidentScope.Execution)
        );
        if (key is null)
            return null;
        foreach (var (place, problem) in options.Check(outbound))
            section.Report(place, problem, [key]);
        return new PagerDutyChannelOptions { PagerDuty = options, Dedup = scope };
    }
}

/// <summary>A channel of the type <c>pagerduty</c>.</summary>
internal sealed record PagerDutyChannelOptions : ChannelOptions
{
    /// <summary>PagerDuty's own options.</summary>
    public required PagerDutyOptions PagerDuty { get; init; }

    /// <summary>What one incident is about.</summary>
    public IncidentScope Dedup { get; init; }

    internal override IncidentScope IncidentScope => Dedup;

    internal override ChannelLimits Limits =>
        new()
        {
            Schedule = RetrySchedule.Chat,
            Rate = 2,
            Burst = 10,
            Concurrency = 4,
        };

    internal override string? CheckTarget(string? target) => PagerDutyNotifier.Check(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => new PagerDutyNotifier(PagerDuty, http);
}
