using System.Collections.Concurrent;
using System.Text;
using Transponder.Core.Egress;

namespace Transponder.Tests.Core.Egress;

/// <summary>A sink that writes down what it confirms, answers by a script, and notes whatever the engine must never do.</summary>
internal sealed class RecordingSink : IEventSink
{
    private readonly Lock gate = new();
    private readonly HashSet<string> busy = [];
    private readonly List<(string Key, string Text)> confirmed = [];
    private readonly ConcurrentQueue<string> faults = new();
    private TaskCompletionSource? blocked;
    private int calls;

    public string Description => "a recording";

    public SinkLimits Limits { get; init; } = new() { Records = 10, Concurrency = 4 };

    /// <summary>What becomes of a record.</summary>
    public Func<EgressRecord, PublishResult> Script { get; set; } = _ => PublishResult.Confirmed;

    /// <summary>Runs in each call before anything is decided.</summary>
    public Func<IReadOnlyList<EgressRecord>, Task>? Before { get; set; }

    public int Calls => Volatile.Read(ref calls);

    public IReadOnlyList<string> Faults => [.. faults];

    public IReadOnlyList<int> Sizes => [.. sizes];

    private readonly ConcurrentQueue<int> sizes = new();

    /// <summary>All that was confirmed, in order.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            lock (gate)
                return [.. confirmed.Select(one => one.Text)];
        }
    }

    public IReadOnlyList<string> Of(string key)
    {
        lock (gate)
            return [.. confirmed.Where(one => one.Key.EndsWith($"/{key}", StringComparison.Ordinal)).Select(one => one.Text)];
    }

    /// <summary>Calls wait from now on until <see cref="Unblock"/>.</summary>
    public void Block() => blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unblock() => Interlocked.Exchange(ref blocked, null)?.TrySetResult();

    public void Fails(string detail = "no way") => Script = _ => new PublishResult(PublishOutcome.Failed, detail);

    public void Works() => Script = _ => PublishResult.Confirmed;

    public async Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        sizes.Enqueue(records.Count);
        var keys = records.Select(record => record.OrderingKey).ToHashSet();
        lock (gate)
        {
            if (records.Count > Limits.Records)
                faults.Enqueue($"{records.Count} records in one call");
            if (records.Count > 1 && records.Sum(record => record.Size) > Limits.Bytes)
                faults.Enqueue("too many bytes in one call");
            foreach (var key in keys.Where(key => !busy.Add(key)))
                faults.Enqueue($"two calls with {key}");
        }
        try
        {
            if (blocked is { } wait)
                await wait.Task.WaitAsync(cancellationToken);
            if (Before is { } before)
                await before(records);
            return Answer(records);
        }
        finally
        {
            lock (gate)
                busy.ExceptWith(keys);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private PublishResult[] Answer(IReadOnlyList<EgressRecord> records)
    {
        lock (gate)
        {
            var results = new PublishResult[records.Count];
            var stuck = new HashSet<string>();
            for (var i = 0; i < records.Count; i++)
            {
                var record = records[i];
                results[i] = stuck.Contains(record.OrderingKey) ? PublishResult.Behind : Script(record);
                if (results[i].Outcome == PublishOutcome.Confirmed)
                    confirmed.Add((record.OrderingKey, Text(record)));
                else
                    stuck.Add(record.OrderingKey);
            }
            return results;
        }
    }

    public static string Text(EgressRecord record) => Encoding.UTF8.GetString(record.Raw.Span);
}
