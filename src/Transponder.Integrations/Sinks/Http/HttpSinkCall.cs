using System.Runtime.CompilerServices;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Http;

/// <summary>Sends records as one request, together or the only one, and says what it meant and whether the others would meet the same.</summary>
internal delegate Task<(PublishResult Result, bool ConcernsAll)> SendRecords(
    IReadOnlyList<EgressRecord> records,
    bool together,
    HttpSinkSecrets secrets,
    CancellationToken ends
);

/// <summary>One call's records on their way. After a failure that concerns all, nothing more is sent: the rest fails for the same reason.</summary>
internal sealed class HttpSinkCall(
    IReadOnlyList<EgressRecord> records,
    HttpSinkSecrets secrets,
    SendRecords send,
    SemaphoreSlim places,
    CancellationToken ends
)
{
    private readonly PublishResult[] results = new PublishResult[records.Count];
    private readonly HashSet<string> stuck = [];
    private volatile StrongBox<PublishResult>? stopped;

    /// <summary>What became of each record, once a method below has ended.</summary>
    public IReadOnlyList<PublishResult> Results => results;

    /// <summary>One request per record: keys at once, each key's records one after another.</summary>
    public Task SendEachAsync() =>
        Task.WhenAll(Enumerable.Range(0, records.Count).GroupBy(i => records[i].OrderingKey).Select(SendKeyAsync).ToList());

    /// <summary>As few requests as the limits permit, one after another; a refused one is halved until the culprit stands alone.</summary>
    public async Task SendTogetherAsync(int most, int bytes)
    {
        var first = 0;
        while (first < records.Count)
        {
            var size = records[first].Size;
            var end = first + 1;
            while (end < records.Count && end - first < most && (size += records[end].Size) <= bytes)
                end++;
            await SendRangeAsync(first, end).ConfigureAwait(false);
            first = end;
        }
    }

    private async Task SendKeyAsync(IEnumerable<int> indexes)
    {
        var behind = false;
        foreach (var i in indexes)
        {
            results[i] = behind
                ? PublishResult.Behind
                : stopped?.Value ?? await SendAsync([records[i]], together: false).ConfigureAwait(false);
            behind |= results[i].Outcome != PublishOutcome.Confirmed;
        }
    }

    private async Task SendRangeAsync(int first, int end)
    {
        var indexes = new List<int>(end - first);
        for (var i = first; i < end; i++)
        {
            if (stopped is { } reason)
                results[i] = reason.Value;
            else if (stuck.Contains(records[i].OrderingKey))
                results[i] = PublishResult.Behind;
            else
                indexes.Add(i);
        }
        if (indexes.Count == 0)
            return;

        var result = await SendAsync([.. indexes.Select(i => records[i])], together: true).ConfigureAwait(false);
        if (result.Outcome == PublishOutcome.Rejected && indexes.Count > 1)
        {
            var middle = indexes[indexes.Count / 2];
            await SendRangeAsync(first, middle).ConfigureAwait(false);
            await SendRangeAsync(middle, end).ConfigureAwait(false);
            return;
        }

        foreach (var i in indexes)
        {
            results[i] = result;
            if (result.Outcome != PublishOutcome.Confirmed)
                stuck.Add(records[i].OrderingKey);
        }
    }

    private async Task<PublishResult> SendAsync(IReadOnlyList<EgressRecord> chosen, bool together)
    {
        await places.WaitAsync(ends).ConfigureAwait(false);
        try
        {
            if (stopped is { } reason)
                return reason.Value;
            var (result, concernsAll) = await send(chosen, together, secrets, ends).ConfigureAwait(false);
            if (concernsAll && result.Outcome == PublishOutcome.Failed)
                stopped = new StrongBox<PublishResult>(result);
            return result;
        }
        finally
        {
            places.Release();
        }
    }
}
