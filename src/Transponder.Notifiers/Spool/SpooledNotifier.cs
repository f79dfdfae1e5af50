using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers.Spool;

/// <summary>
/// A channel whose messages are on disk before they are sent: what it cannot take now is sent before the next message, by whichever process comes next. It
/// owns the channel.
/// </summary>
public sealed class SpooledNotifier : Notifier
{
    private readonly Notifier channel;
    private readonly NotifySpool spool;
    private readonly string name;

    /// <summary>Makes one.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="spool">Where its messages wait.</param>
    /// <param name="name">The channel's name in the spool: the same in every process that shares it, and never a URL.</param>
    public SpooledNotifier(Notifier channel, NotifySpool spool, string name)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(spool);
        ArgumentException.ThrowIfNullOrEmpty(name);
        (this.channel, this.spool, this.name) = (channel, spool, name);
    }

    /// <inheritdoc />
    public override string Type => channel.Type;

    /// <inheritdoc />
    public override TimeSpan Timeout => channel.Timeout;

    /// <inheritdoc />
    public override bool KeepsThreads => channel.KeepsThreads;

    /// <inheritdoc />
    public override bool UpdatesMessages => channel.UpdatesMessages;

    /// <inheritdoc />
    public override bool TracksIncidents => channel.TracksIncidents;

    /// <inheritdoc />
    protected internal override bool ShowsExecution => channel.ShowsExecution;

    /// <inheritdoc />
    protected internal override bool ShowsParts => channel.ShowsParts;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => channel.CheckTarget(target);

    /// <inheritdoc />
    public override Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        channel.ProbeAsync(cancellationToken);

    /// <summary>Sends what waits for this channel.</summary>
    /// <param name="context">How often each message is tried, and for how long; null = this pod's own.</param>
    /// <param name="cancellationToken">Ends the flush.</param>
    public Task<FlushSummary> FlushAsync(TaskContext? context = null, CancellationToken cancellationToken = default) =>
        spool.FlushAsync(asked => asked == name ? channel : null, context, cancellationToken);

    internal override Task<NotifyResult> NotifyCoreAsync(Message message, TaskContext context, CancellationToken cancellationToken) =>
        spool.SendAsync(name, channel, message, context, cancellationToken);

    /// <inheritdoc />
    protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken) =>
        channel.SendAsync(message, cancellationToken);

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
