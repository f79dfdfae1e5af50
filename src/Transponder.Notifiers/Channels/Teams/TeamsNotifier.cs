using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Teams;

/// <summary>Posts messages to Microsoft Teams through a workflow, as Adaptive Cards.</summary>
public sealed class TeamsNotifier : Notifier
{
    private readonly TeamsOptions options;
    private readonly OutboundHttp http;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    public TeamsNotifier(TeamsOptions options, OutboundHttp http)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
    }

    /// <inheritdoc />
    public override string Type => "teams";

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => Check(target);

    /// <summary>Says what is wrong with a target; null when there is none, as it must be.</summary>
    /// <param name="target">What an address has after the channel's name.</param>
    public static string? Check(string? target) =>
        string.IsNullOrEmpty(target) ? null : "a workflow of Teams posts to its own channel; the channel's name alone is its address";

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        Open(out var url) ?? await http.ProbeAsync(url, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (Open(out var url) is { } unusable)
            return unusable;
        using var request = JsonRequest.Post(url, TeamsPayload.Write(message));
        return TeamsAnswer.Result(await http.SendAsync(request, [url], cancellationToken).ConfigureAwait(false));
    }

    private DeliveryResult.Rejected? Open(out string url)
    {
        if (SecretUrl.Open(options.WebhookUrl, http.Options.Policy, out url) is { } unusable)
            return unusable;
        return RetiredConnector.Problem(url) is { } retired
            ? new DeliveryResult.Rejected(DeliveryReason.DestinationGone, retired, RejectionScope.Destination)
            : null;
    }
}
