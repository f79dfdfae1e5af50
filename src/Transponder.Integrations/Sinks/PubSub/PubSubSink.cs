using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>
/// Publishes to one topic of Google Cloud Pub/Sub. A request is taken whole or not at all, and Pub/Sub permits one ordering key in each: so a key's
/// messages go in requests of their own, one after the other, and many keys at once.
/// </summary>
public sealed class PubSubSink : IEventSink
{
    private const int RequestRecords = 1000;
    private const int RequestBytes = 4 * 1024 * 1024;
    private const int Parallel = 64;

    private readonly PubSubSinkOptions options;
    private readonly PubSubClient client;
    private readonly SemaphoreSlim free = new(Parallel);
    private readonly CancellationTokenSource end = new();
    private readonly CancellationToken ended;
    private readonly string? problem;
    private int disposed;

    /// <summary>Makes a sink; nothing is connected yet.</summary>
    /// <param name="options">Which topic, and how it is reached.</param>
    /// <param name="time">The clock.</param>
    public PubSubSink(PubSubSinkOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        var topic = PubSubTopic.Of(options);
        client = new PubSubClient(topic, options, time);
        ended = end.Token;
        problem = topic.Problem;
        Description = $"Pub/Sub {topic.Name} at {topic.PublishUrl.Authority}";
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public SinkLimits Limits { get; } =
        new()
        {
            Records = 1000,
            Bytes = RequestBytes,
            Concurrency = 16,
        };

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        if (ended.IsCancellationRequested)
            return PublishResult.AllFailed(records.Count, "the sink is closed");
        if (problem is not null)
            return PublishResult.AllFailed(records.Count, problem);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended);
        var results = new PublishResult[records.Count];
        var messages = records.Select((record, index) => PubSubMessage.Of(record, index, options.Mode));
        if (options.Ordering)
            await Task.WhenAll(
                messages
                    .GroupBy(message => message.Key)
                    .Select(key => SendAsync([.. key], PubSubOrderingKey.Of(key.Key), results, linked.Token))
            );
        else
            await SendAsync([.. messages], null, results, linked.Token);
        return results;
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

    private async Task SendAsync(
        List<PubSubMessage> messages,
        string? orderingKey,
        PublishResult[] results,
        CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        var broken = new HashSet<string>();
        for (var start = 0; start < messages.Count; )
        {
            var batch = new List<PubSubMessage>();
            for (var bytes = 0; start < messages.Count && batch.Count < RequestRecords; start++)
            {
                var message = messages[start];
                if (broken.Contains(message.Key))
                {
                    results[message.Index] = PublishResult.Behind;
                    continue;
                }
                if (message.Size > PubSubMessage.Largest)
                {
                    if (batch.Count > 0)
                        break;
                    results[message.Index] = TooLarge(message);
                    broken.Add(message.Key);
                    continue;
                }
                if (batch.Count > 0 && bytes + message.RequestSize > RequestBytes)
                    break;
                batch.Add(message);
                bytes += message.RequestSize;
            }
            if (batch.Count > 0)
                await SendAsync(batch, orderingKey, results, broken, cancellationToken);
        }
    }

    // A request that is refused for one of its messages is halved until that one stands alone.
    private async Task SendAsync(
        List<PubSubMessage> batch,
        string? orderingKey,
        PublishResult[] results,
        HashSet<string> broken,
        CancellationToken cancellationToken
    )
    {
        foreach (var message in batch.Where(message => broken.Contains(message.Key)))
            results[message.Index] = PublishResult.Behind;
        var left = broken.Count == 0 ? batch : batch.FindAll(message => !broken.Contains(message.Key));
        if (left.Count == 0)
            return;

        var result = await AttemptAsync(left, orderingKey, cancellationToken);
        if (result.Outcome == PublishOutcome.Rejected && left.Count > 1)
        {
            var half = left.Count / 2;
            await SendAsync(left[..half], orderingKey, results, broken, cancellationToken);
            await SendAsync(left[half..], orderingKey, results, broken, cancellationToken);
            return;
        }
        foreach (var message in left)
        {
            results[message.Index] = result;
            if (result.Outcome != PublishOutcome.Confirmed)
                broken.Add(message.Key);
        }
    }

    private async Task<PublishResult> AttemptAsync(List<PubSubMessage> messages, string? orderingKey, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return (await client.PublishAsync(messages, orderingKey, cancellationToken)).Result;
        }
        finally
        {
            free.Release();
        }
    }

    private static PublishResult TooLarge(PubSubMessage message) =>
        new(PublishOutcome.Rejected, $"the message has {message.Size:N0} bytes; Pub/Sub takes {PubSubMessage.Largest:N0}");
}
