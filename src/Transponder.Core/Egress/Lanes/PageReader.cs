using Transponder.Core.Events;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Lanes;

/// <summary>From events of the log to messages on their lanes: filters, formats, and sets aside what cannot be formatted.</summary>
internal sealed class PageReader(SinkRoute route, EgressEnvironment environment)
{
    /// <summary>What became of some events.</summary>
    /// <param name="Entries">The messages, in order.</param>
    /// <param name="Unreadable">Events that the format failed on.</param>
    public readonly record struct Formatted(List<LaneEntry> Entries, List<QuarantinedRecord> Unreadable);

    /// <summary>The messages for events of any lanes, in their order.</summary>
    public async Task<Formatted> ReadAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        var wanted = await route.Filter.SelectAsync(events, environment.Facts, cancellationToken).ConfigureAwait(false);
        if (wanted.Count == 0)
            return new([], []);
        try
        {
            var records = await route.Format.FormatAsync(wanted, cancellationToken).ConfigureAwait(false);
            return new(Match(wanted, records), []);
        }
        catch (Exception error) when (error is not (StoreException or OperationCanceledException))
        {
            return await ReadOneByOneAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Formatted> ReadOneByOneAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        var result = new Formatted([], []);
        foreach (var one in events)
        {
            try
            {
                var records = await route.Format.FormatAsync([one], cancellationToken).ConfigureAwait(false);
                result.Entries.AddRange(Match([one], records));
            }
            catch (Exception error) when (error is not (StoreException or OperationCanceledException))
            {
                EgressLog.FormatFailed(environment.Log, error, one.Position, one.Execution.ToString(), route.Name);
                result.Unreadable.Add(
                    new QuarantinedRecord(
                        0,
                        route.Name,
                        one.Position,
                        one.Id,
                        one.Execution.ToString(),
                        $"the event could not be formatted ({error.GetType().Name})",
                        one.Request,
                        environment.Time.GetUtcNow()
                    )
                );
            }
        }
        return result;
    }

    private static List<LaneEntry> Match(IReadOnlyList<LoggedEvent> events, IReadOnlyList<EgressRecord> records)
    {
        var entries = new List<LaneEntry>(records.Count);
        var at = 0;
        for (var i = 0; i < records.Count; i++)
        {
            while (events[at].Position != records[i].Position)
                at++;
            entries.Add(new LaneEntry(records[i], events[at]));
        }
        return entries;
    }
}
