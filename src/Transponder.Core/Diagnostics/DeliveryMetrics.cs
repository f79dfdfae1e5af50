using System.Diagnostics.Metrics;
using Transponder.Core.Delivery;
using Transponder.Notifiers;

namespace Transponder.Core.Diagnostics;

/// <summary>What the delivery engine counts and measures, under the meter <c>Transponder</c>.</summary>
public sealed class DeliveryMetrics : IDisposable
{
    private readonly Meter meter = new("Transponder");
    private readonly Counter<long> attempts;
    private readonly Counter<long> ended;
    private readonly Counter<long> duplicates;
    private readonly Counter<long> renderFailures;
    private readonly Histogram<double> attemptDuration;
    private readonly Histogram<double> latency;
    private IReadOnlyList<DestinationBacklog> backlog = [];
    private DateTimeOffset measuredAt;
    private Func<IEnumerable<(string Channel, BreakerState State)>> breakers = () => [];

    /// <summary>Registers the instruments.</summary>
    public DeliveryMetrics()
    {
        attempts = meter.CreateCounter<long>(
            "transponder_delivery_attempts_total",
            null,
            "Attempts to deliver, by channel, outcome and reason."
        );
        ended = meter.CreateCounter<long>(
            "transponder_deliveries_total",
            null,
            "Deliveries that ended, by channel, state and last reason."
        );
        duplicates = meter.CreateCounter<long>(
            "transponder_delivery_possible_duplicates_total",
            null,
            "Messages that may have arrived twice: sent, but the process or its lease ended before the record."
        );
        renderFailures = meter.CreateCounter<long>(
            "transponder_delivery_render_failures_total",
            null,
            "Messages sent in fallback words because they could not be rendered as configured."
        );
        attemptDuration = meter.CreateHistogram<double>("transponder_delivery_attempt_seconds", "s", "How long one attempt took.");
        latency = meter.CreateHistogram<double>(
            "transponder_delivery_latency_seconds",
            "s",
            "From the event's commit to the provider's acceptance."
        );
        meter.CreateObservableGauge("transponder_delivery_backlog", Waiting, null, "Deliveries that wait, by channel.");
        meter.CreateObservableGauge(
            "transponder_delivery_backlog_age_seconds",
            Age,
            "s",
            "The age of the oldest delivery that waits, by channel."
        );
        meter.CreateObservableGauge("transponder_delivery_parked_destinations", Parked, null, "Destinations that are parked, by channel.");
        meter.CreateObservableGauge("transponder_delivery_breakers", Breakers, null, "Destinations by their breaker's state.");
    }

    /// <summary>Ends the instruments.</summary>
    public void Dispose() => meter.Dispose();

    internal void Attempted(string channel, DeliveryAttempt attempt)
    {
        KeyValuePair<string, object?> byChannel = new("channel", channel);
        KeyValuePair<string, object?> byOutcome = new("outcome", attempt.Outcome.ToString().ToLowerInvariant());
        attempts.Add(1, byChannel, byOutcome, new("reason", ReasonName.Of(attempt.Reason)));
        attemptDuration.Record(attempt.Latency.TotalSeconds, byChannel, byOutcome);
    }

    internal void Ended(string channel, DeliveryState state, DeliveryReason reason, TimeSpan sinceBegin)
    {
        ended.Add(1, new("channel", channel), new("state", state.ToString().ToLowerInvariant()), new("reason", ReasonName.Of(reason)));
        if (state == DeliveryState.Delivered)
            latency.Record(sinceBegin.TotalSeconds, new KeyValuePair<string, object?>("channel", channel));
    }

    internal void PossibleDuplicates(string channel, int count, string cause)
    {
        if (count > 0)
            duplicates.Add(count, new("channel", channel), new("cause", cause));
    }

    internal void RenderFailed(string channel) => renderFailures.Add(1, new KeyValuePair<string, object?>("channel", channel));

    internal void Measured(IReadOnlyList<DestinationBacklog> destinations, DateTimeOffset at)
    {
        backlog = destinations;
        measuredAt = at;
    }

    internal void Observe(Func<IEnumerable<(string Channel, BreakerState State)>> states) => breakers = states;

    private IEnumerable<Measurement<long>> Waiting() => backlog.GroupBy(d => d.Channel).Select(g => Tagged(g.Sum(d => d.Waiting), g.Key));

    private IEnumerable<Measurement<long>> Parked() =>
        backlog.GroupBy(d => d.Channel).Select(g => Tagged(g.LongCount(d => d.Parked is not null), g.Key));

    private IEnumerable<Measurement<double>> Age() =>
        backlog
            .GroupBy(d => d.Channel)
            .Select(g => Tagged(g.Max(d => d.Oldest is { } oldest ? (measuredAt - oldest).TotalSeconds : 0), g.Key));

    private IEnumerable<Measurement<long>> Breakers() =>
        breakers()
            .GroupBy(breaker => breaker)
            .Select(g => new Measurement<long>(
                g.LongCount(),
                new("channel", g.Key.Channel),
                new("state", g.Key.State == BreakerState.HalfOpen ? "half_open" : g.Key.State.ToString().ToLowerInvariant())
            ));

    private static Measurement<T> Tagged<T>(T value, string channel)
        where T : struct => new(value, new KeyValuePair<string, object?>("channel", channel));
}
