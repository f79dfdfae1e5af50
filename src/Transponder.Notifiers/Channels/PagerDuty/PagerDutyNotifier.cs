using System.Net.Http.Headers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.PagerDuty;

/// <summary>Opens and ends PagerDuty's incidents through its Events API v2.</summary>
public sealed class PagerDutyNotifier : Notifier
{
    private readonly PagerDutyOptions options;
    private readonly OutboundHttp http;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    public PagerDutyNotifier(PagerDutyOptions options, OutboundHttp http)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
    }

    /// <inheritdoc />
    public override string Type => "pagerduty";

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    public override bool TracksIncidents => true;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => Check(target);

    /// <summary>Says what is wrong with a target; null when there is none, as it must be.</summary>
    /// <param name="target">What an address has after the channel's name.</param>
    public static string? Check(string? target) =>
        string.IsNullOrEmpty(target)
            ? null
            : "PagerDuty takes no target: the service is the integration key's; the channel's name alone is its address";

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        options.RoutingKey.TryResolve(out _, out var problem)
            ? await http.ProbeAsync(options.EventsUrl, cancellationToken).ConfigureAwait(false)
            : Unusable(DeliveryReason.AuthFailed, problem);

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (!options.RoutingKey.TryResolve(out var key, out var problem))
            return Unusable(DeliveryReason.AuthFailed, problem);
        if (!PagerDutyOptions.IsKey(key))
            return Unusable(
                DeliveryReason.AuthFailed,
                $"{options.RoutingKey.Place}: the integration key is not plain ASCII without blanks"
            );
        if (http.Options.Policy.CheckUrl(options.EventsUrl) is { } wrong)
            return Unusable(DeliveryReason.InvalidAddress, wrong);

        var body = PagerDutyPayload.Write(message, key, SeverityOf(message));
        using var request = new HttpRequestMessage(HttpMethod.Post, options.EventsUrl) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("User-Agent", "Transponder");
        return PagerDutyAnswer.Result(await http.SendAsync(request, [key], cancellationToken).ConfigureAwait(false));
    }

    private PagerDutySeverity SeverityOf(Message message) =>
        message.Execution is { } execution && options.Severities.TryGetValue(execution.Phase, out var severity) ? severity
        : message.Severity == Severity.Error ? PagerDutySeverity.Error
        : message.Severity == Severity.Warning ? PagerDutySeverity.Warning
        : PagerDutySeverity.Info;

    private static DeliveryResult.Rejected Unusable(DeliveryReason reason, string problem) =>
        new(reason, problem, RejectionScope.Destination);
}
