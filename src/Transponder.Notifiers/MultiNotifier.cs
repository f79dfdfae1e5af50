using Transponder.Notifiers.Pods;

namespace Transponder.Notifiers;

/// <summary>
/// Several channels as one: all of them at once, or each in turn until one works. It owns them. Sending to all retries each channel by itself, so
/// that none gets a message twice because another failed.
/// </summary>
public sealed class MultiNotifier : Notifier
{
    private readonly Notifier[] channels;
    private readonly bool all;

    private MultiNotifier(IEnumerable<Notifier> channels, bool all)
    {
        this.channels = [.. channels];
        this.all = all;
        if (this.channels.Length == 0)
            throw new ArgumentException("there must be a channel", nameof(channels));
    }

    /// <summary>Every message goes to every channel; it is delivered when all of them have it.</summary>
    /// <param name="channels">The channels.</param>
    public static MultiNotifier All(params IEnumerable<Notifier> channels) => new(channels, all: true);

    /// <summary>Every message goes to the first channel that takes it, in this order.</summary>
    /// <param name="channels">The channels.</param>
    public static MultiNotifier FirstThatWorks(params IEnumerable<Notifier> channels) => new(channels, all: false);

    /// <inheritdoc />
    public override string Type => all ? "all" : "first";

    /// <inheritdoc />
    public override TimeSpan Timeout =>
        all ? channels.Max(channel => channel.Timeout) : channels.Aggregate(TimeSpan.Zero, (sum, channel) => sum + channel.Timeout);

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    internal override Task<NotifyResult> NotifyCoreAsync(Message message, TaskContext context, CancellationToken cancellationToken) =>
        all
            ? NotifyAllAsync(message, context, cancellationToken)
            : PodDelivery.SendAsync(new Turn(this, context), message, context, cancellationToken);

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!all)
            return await InTurnAsync(message, null, cancellationToken).ConfigureAwait(false);
        var sent = await Task.WhenAll(channels.Select(channel => channel.SendAsync(channel.Fit(message), cancellationToken)))
            .ConfigureAwait(false);
        return Together([.. sent.Select((result, i) => (channels[i].Type, result))]);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        foreach (var channel in channels)
            await channel.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<DeliveryResult> InTurnAsync(Message message, TaskContext? context, CancellationToken cancellationToken)
    {
        var failures = new List<(string, DeliveryResult)>();
        foreach (var channel in channels)
        {
            var placed = context?.Place(channel, channel.Fit(message)) ?? channel.Fit(message);
            var result = await channel.SendAsync(placed, cancellationToken).ConfigureAwait(false);
            context?.Remember(channel, placed, result);
            if (result is DeliveryResult.Delivered delivered)
                return new DeliveryResult.Delivered(delivered.Receipt, $"by {channel.Type}");
            failures.Add((channel.Type, result));
        }
        return Together(failures);
    }

    private async Task<NotifyResult> NotifyAllAsync(Message message, TaskContext context, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        var parts = await Task.WhenAll(channels.Select(channel => channel.NotifyCoreAsync(message, context, cancellationToken)))
            .ConfigureAwait(false);
        var together = Together([.. parts.Select(part => (part.Channel, part.Last))]);
        return new NotifyResult(Type, together, parts.Max(part => part.Attempts), context.Time.GetElapsedTime(start)) { Parts = parts };
    }

    /// <summary>Delivered when all are; else what failed, as something that may pass if any of it may.</summary>
    private static DeliveryResult Together(IReadOnlyList<(string Channel, DeliveryResult Result)> results)
    {
        var failed = results.Where(r => r.Result is not DeliveryResult.Delivered).ToList();
        if (failed.Count == 0)
            return new DeliveryResult.Delivered(null, $"by {string.Join(", ", results.Select(r => r.Channel))}");

        var detail = string.Join("; ", failed.Select(f => $"{f.Channel}: {f.Result.Reason} {f.Result.Detail}".TrimEnd()));
        var passing = failed.Select(f => f.Result).OfType<DeliveryResult.Retry>().ToList();
        return passing.Count > 0
            ? new DeliveryResult.Retry(passing[0].Reason, detail, passing.Min(retry => retry.After))
            : new DeliveryResult.Rejected(failed[0].Result.Reason, detail);
    }

    /// <summary>The channels in turn on somebody's behalf: each goes on with its own threads, and replaces its own messages.</summary>
    private sealed class Turn : Notifier
    {
        private readonly MultiNotifier owner;
        private readonly TaskContext context;

        public Turn(MultiNotifier owner, TaskContext context)
        {
            (this.owner, this.context) = (owner, context);
            OnDefect = owner.OnDefect;
        }

        public override string Type => owner.Type;

        public override TimeSpan Timeout => owner.Timeout;

        protected internal override bool ShowsExecution => true;

        protected internal override bool ShowsParts => true;

        protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken) =>
            owner.InTurnAsync(message, context, cancellationToken);
    }
}
