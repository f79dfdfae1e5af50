using Transponder.Cloud.Aws;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>
/// Publishes to one topic of AWS SNS, ten messages a request. Of one execution only one message is under way at any time, so that neither a partial
/// failure nor a second connection can change their order.
/// </summary>
public sealed class SnsSink : IEventSink
{
    private const int BatchRecords = 10;
    private const int BatchBytes = 256 * 1024;
    private const int Parallel = 4;

    private readonly SnsSinkOptions options;
    private readonly SnsTopic topic;
    private readonly TimeProvider time;
    private readonly SnsClient client;
    private readonly CancellationTokenSource end = new();
    private readonly CancellationToken ended;
    private int disposed;

    /// <summary>Makes a sink; nothing is connected yet.</summary>
    /// <param name="options">Which topic, and how it is reached.</param>
    /// <param name="time">The clock.</param>
    public SnsSink(SnsSinkOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.time, ended) = (options, time, end.Token);
        topic = SnsTopic.Parse(options.TopicArn);
        client = new SnsClient(topic, options, SnsCredentials.Of(options, topic, time), time);
        Description = $"SNS {topic.Arn}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public SinkLimits Limits { get; } =
        new()
        {
            Records = 100,
            Bytes = 1024 * 1024,
            Concurrency = 8,
        };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended);
        var now = time.GetUtcNow();
        var queue = new SnsQueue([.. records.Select((record, index) => SnsEntry.Of(record, index, options.Mode, topic.IsFifo, now))]);
        var underWay = new List<Task<SnsAnswer>>(Parallel);
        var batches = new Dictionary<Task<SnsAnswer>, List<SnsEntry>>(Parallel);
        while (true)
        {
            while (underWay.Count < Parallel && queue.Take(BatchRecords, BatchBytes) is { Count: > 0 } batch)
            {
                var sending = SendAsync(batch, linked.Token);
                underWay.Add(sending);
                batches[sending] = batch;
            }
            if (underWay.Count == 0)
                return queue.Results;

            var done = await Task.WhenAny(underWay);
            underWay.Remove(done);
            var answer = await done;
            queue.Settle(batches[done], answer.Results);
            if (answer.Down is { } down)
                queue.Abandon(down);
        }
    }

    /// <summary>Ends what is under way and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await end.CancelAsync();
        client.Dispose();
        end.Dispose();
    }

    private async Task<SnsAnswer> SendAsync(List<SnsEntry> batch, CancellationToken cancellationToken)
    {
        var answer = await client.PublishAsync(batch, cancellationToken);
        if (!answer.TryAlone)
            return answer;

        var results = new List<PublishResult>(batch.Count);
        foreach (var entry in batch)
        {
            var alone = await client.PublishAsync([entry], cancellationToken);
            results.Add(alone.Results[0]);
            if (alone.Down is { } down)
            {
                results.AddRange(Enumerable.Repeat(down, batch.Count - results.Count));
                return new SnsAnswer(results) { Down = down };
            }
        }
        return new SnsAnswer(results);
    }
}
