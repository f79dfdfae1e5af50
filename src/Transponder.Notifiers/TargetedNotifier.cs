using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers;

/// <summary>A channel with a fixed target: every message goes there, whatever target the message or its context names. It owns the channel.</summary>
public sealed class TargetedNotifier : Notifier
{
    private readonly Notifier channel;
    private readonly string target;

    /// <summary>Makes one.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="target">An e-mail address, a Slack channel: whatever the channel takes.</param>
    public TargetedNotifier(Notifier channel, string target)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (channel.CheckTarget(target) is { } problem)
            throw new ArgumentException(problem, nameof(target));
        this.channel = channel;
        this.target = target;
    }

    /// <inheritdoc />
    public override string Type => channel.Type;

    /// <inheritdoc />
    public override TimeSpan Timeout => channel.Timeout;

    /// <inheritdoc />
    public override bool KeepsThreads => channel.KeepsThreads;

    /// <inheritdoc />
    public override bool TracksIncidents => channel.TracksIncidents;

    /// <inheritdoc />
    public override bool UpdatesMessages => channel.UpdatesMessages;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    protected internal override bool ShowsExecution => channel.ShowsExecution;

    /// <inheritdoc />
    public override Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        channel.ProbeAsync(cancellationToken);

    internal override Task<NotifyResult> NotifyCoreAsync(Message message, TaskContext context, CancellationToken cancellationToken) =>
        channel.NotifyCoreAsync(message with { Target = target }, context, cancellationToken);

    /// <inheritdoc />
    protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return channel.SendAsync(message with { Target = target }, cancellationToken);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
