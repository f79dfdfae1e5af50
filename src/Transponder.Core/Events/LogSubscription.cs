using System.Runtime.CompilerServices;
using Transponder.Core.Store;

namespace Transponder.Core.Events;

/// <summary>Follows the log's end: events that match, as they are committed. A slow reader holds nobody up, and loses nothing that is kept.</summary>
/// <param name="feed">The log's end.</param>
/// <param name="log">The log.</param>
/// <param name="events">Its bounds.</param>
/// <param name="time">The clock.</param>
public sealed class LogSubscription(LogFeed feed, EventLog log, IEventStore events, TimeProvider time)
{
    /// <summary>How long a subscription stays silent at most.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private const int PageSize = 500;

    /// <summary>
    /// Pages without an end: each has the events that match and the position up to which all have been answered. The first comes at once; then one
    /// with events as soon as there are any, and one without when nothing matched for a while.
    /// </summary>
    /// <param name="search">Which events; its order, limit, token and end do not apply.</param>
    /// <param name="after">Only events above this position; null = those committed from now on, or received since the search's moment.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    public async IAsyncEnumerable<LogPage> FollowAsync(
        EventSearch search,
        long? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(search);
        var position = after ?? await StartAsync(search, cancellationToken).ConfigureAwait(false);
        yield return new LogPage([], position);
        var spoken = time.GetTimestamp();
        while (true)
        {
            var page = await feed.ReadAsync(position, search.Execution?.Shard, PageSize, cancellationToken).ConfigureAwait(false);
            var moved = page.Through > position;
            position = page.Through;
            LoggedEvent[] wanted = [.. page.Events.Where(search.Matches)];
            if (wanted.Length > 0 || time.GetElapsedTime(spoken) >= Heartbeat)
            {
                yield return new LogPage(wanted, position);
                spoken = time.GetTimestamp();
            }
            if (!moved)
                await WaitAsync(position, Heartbeat - time.GetElapsedTime(spoken), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<long> StartAsync(EventSearch search, CancellationToken cancellationToken)
    {
        if (search.Since is { } since)
            return await log.PositionBeforeAsync(since, cancellationToken).ConfigureAwait(false);
        var (_, last) = await events.BoundsAsync(cancellationToken).ConfigureAwait(false);
        return last;
    }

    private async Task WaitAsync(long position, TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (atMost <= TimeSpan.Zero)
            return;
        using var limit = new CancellationTokenSource(atMost, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await feed.WaitAsync(position, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested) { }
    }
}
