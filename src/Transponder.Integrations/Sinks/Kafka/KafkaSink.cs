using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>
/// Sends to a topic of Kafka through librdkafka: idempotent, confirmed by all replicas in sync, one partition per key. Order survives failures because
/// a producer that fails anything ends as a whole and is replaced.
/// </summary>
public sealed class KafkaSink : IEventSink
{
    private const int SmallestBatch = 16 * 1024;
    private const int Attempts = 3;
    private static readonly TimeSpan Room = TimeSpan.FromMilliseconds(10);

    private readonly KafkaSinkOptions options;
    private readonly TimeProvider time;
    private readonly Lock sync = new();
    private readonly bool inWaves;
    private KafkaProducer? current;
    private Task ending = Task.CompletedTask;
    private int batchBytes;
    private bool alone;
    private bool disposed;

    /// <summary>A sink; it connects when the first event is sent.</summary>
    /// <param name="options">Which topic, and how it is reached.</param>
    /// <param name="time">The clock.</param>
    public KafkaSink(KafkaSinkOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.time) = (options, time);
        inWaves = !KafkaSettings.IsIdempotent(options);
        batchBytes = options.MaxMessageBytes;
        Description = $"Kafka topic {options.Topic} at {string.Join(", ", options.Brokers)}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public SinkLimits Limits { get; } = new() { Records = 1000, Bytes = 4 * 1024 * 1024 };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        if (KafkaLibrary.Problem is { } missing)
            return PublishResult.AllFailed(records.Count, missing);
        var results = new PublishResult[records.Count];
        foreach (var wave in KafkaWaves.Of(records, inWaves))
            await SendAsync(records, wave, results, cancellationToken).ConfigureAwait(false);
        return results;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (sync)
        {
            disposed = true;
            current?.Stop("the sink was closed");
            Retire();
        }

        await ending.ConfigureAwait(false);
    }

    private async Task SendAsync(
        IReadOnlyList<EgressRecord> records,
        int[] wave,
        PublishResult[] results,
        CancellationToken cancellationToken
    )
    {
        var attempt = 1;
        while (true)
        {
            var chosen = KafkaWaves.WithoutBlocked(records, wave, results);
            if (chosen.Length == 0)
                return;
            var producer = Current(out var single, out var problem);
            if (producer is null)
            {
                foreach (var index in chosen)
                    results[index] = new PublishResult(PublishOutcome.Failed, problem);
                return;
            }

            var call = producer.Send(records, chosen);
            await call.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < chosen.Length; i++)
                results[chosen[i]] = Judge(call.Errors[i], producer, single);
            Learn(producer, single, call);
            if (call.Errors.Contains(KafkaError.QueueFull))
                await Task.Delay(Room, time, cancellationToken).ConfigureAwait(false);
            else if (!producer.Refused || ++attempt > Attempts)
                return;
            wave = [.. chosen.Where(index => results[index].Outcome is PublishOutcome.Failed)];
        }
    }

    private PublishResult Judge(int error, KafkaProducer producer, bool single) =>
        error switch
        {
            0 => PublishResult.Confirmed,
            KafkaError.Behind => PublishResult.Behind,
            KafkaError.TooLargeForUs => new(
                PublishOutcome.Rejected,
                $"the message is larger than maxMessageSize, {options.MaxMessageBytes} bytes"
            ),
            _ when single && KafkaError.IsAboutContent(error) => new(PublishOutcome.Rejected, $"{Description}: {KafkaError.Text(error)}"),
            _ when KafkaError.IsPurged(error) => new(PublishOutcome.Failed, $"{Description}: {producer.End}"),
            _ => new(PublishOutcome.Failed, $"{Description}: {KafkaError.Text(error)}"),
        };

    private KafkaProducer? Current(out bool single, out string problem)
    {
        lock (sync)
        {
            single = alone;
            problem = "the sink was closed";
            if (disposed)
                return null;
            if (current is { End: null })
                return current;
            Retire();
            if (!KafkaSettings.TryMap(options, out var settings, out problem))
                return null;
            var chosen = new Dictionary<string, string>(settings, StringComparer.Ordinal);
            if (batchBytes < options.MaxMessageBytes)
                chosen["batch.size"] = $"{batchBytes}";
            if (alone)
                chosen["batch.num.messages"] = "1";
            return current = KafkaProducer.TryStart(options, chosen, time, out problem);
        }
    }

    /// <summary>
    /// A broker refuses whole batches. So after a refusal messages go one by one, until either the one is found, or none was at fault and batches
    /// are too large.
    /// </summary>
    private void Learn(KafkaProducer producer, bool single, KafkaCall call)
    {
        if (!single && !producer.Refused)
            return;
        lock (sync)
        {
            if (producer != current)
                return;
            if (single && !producer.Refused)
            {
                if (call.Errors.Any(error => error is not (0 or KafkaError.TooLargeForUs)))
                    return;
                batchBytes = Math.Max(SmallestBatch, batchBytes / 4);
            }

            alone = !single;
            Retire();
        }
    }

    private void Retire()
    {
        if (current is null)
            return;
        current.Finish();
        ending = ending.IsCompleted ? current.Ended : Task.WhenAll(ending, current.Ended);
        current = null;
    }
}
