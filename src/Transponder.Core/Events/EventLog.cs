using System.Globalization;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Events;

/// <summary>
/// Searches the event log by walking it in stretches, so that no index but the log's own is needed. One page examines a bounded part of the log,
/// whatever matches.
/// </summary>
/// <param name="events">The log.</param>
/// <param name="executions">When executions were created: their events lie above.</param>
public sealed class EventLog(IEventStore events, IExecutionStore executions)
{
    /// <summary>The most events of one page.</summary>
    public const int LargestPage = 1000;

    private const int DefaultPage = 100;
    private const int MostStretches = 20;
    private const long Stretch = 50_000;
    private const long Near = 1_000;

    // How far the order of the log and the order of receipt may lie apart: waits before commits, and clocks of several servers.
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(5);

    /// <summary>One page, and the token of the next; null when there is none. A page may be short or empty and have a next one.</summary>
    /// <param name="search">Which events.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<(IReadOnlyList<LoggedEvent> Page, string? NextToken)> SearchAsync(
        EventSearch search,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(search);
        var token = Boundary(search.Token);
        var (first, last) = await events.BoundsAsync(cancellationToken).ConfigureAwait(false);
        var range = new LogRange(Math.Max(search.After, first - 1), last);
        if (token is { } boundary)
            range = search.Descending
                ? range with
                {
                    High = Math.Min(range.High, boundary),
                }
                : range with
                {
                    Low = Math.Max(range.Low, boundary),
                };
        else
            range = await NarrowAsync(search, range, cancellationToken).ConfigureAwait(false);
        return await WalkAsync(search, range, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A position at or below which everything was received before a moment.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<long> PositionBeforeAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var (first, last) = await events.BoundsAsync(cancellationToken).ConfigureAwait(false);
        return (await FindAsync(Earlier(moment), new LogRange(first - 1, last), cancellationToken).ConfigureAwait(false)).Low;
    }

    private async Task<(IReadOnlyList<LoggedEvent> Page, string? NextToken)> WalkAsync(
        EventSearch search,
        LogRange range,
        CancellationToken cancellationToken
    )
    {
        var limit = search.Limit <= 0 ? DefaultPage : Math.Min(search.Limit, LargestPage);
        var stretch = search.Execution is null ? Stretch : Stretch * Executions.ExecutionKey.ShardCount;
        var page = new List<LoggedEvent>();
        for (var walked = 0; walked < MostStretches && range.Low < range.High; walked++)
        {
            var part = search.Descending
                ? range with
                {
                    Low = Math.Max(range.Low, range.High - stretch),
                }
                : range with
                {
                    High = Math.Min(range.High, range.Low + stretch),
                };
            var wanted = limit - page.Count;
            var found = await events.SearchAsync(Query(search, part, wanted), cancellationToken).ConfigureAwait(false);
            page.AddRange(found);
            if (search.Descending)
                range = range with { High = found.Count == wanted ? found[^1].Position - 1 : part.Low };
            else
                range = range with { Low = found.Count == wanted ? found[^1].Position : part.High };
            if (found.Count == wanted)
                break;
        }

        if (range.Low >= range.High)
            return (page, null);
        return (page, (search.Descending ? range.High : range.Low).ToString(CultureInfo.InvariantCulture));
    }

    private async Task<LogRange> NarrowAsync(EventSearch search, LogRange range, CancellationToken cancellationToken)
    {
        var since = search.Since;
        if (search.Execution is { } key)
        {
            var execution =
                await executions.GetAsync(key, cancellationToken).ConfigureAwait(false)
                ?? throw new RpcException(StatusCode.NotFound, $"missing entity of type execution with identifier {key}");
            since = since is { } asked && asked > execution.CreatedAt ? asked : execution.CreatedAt;
        }

        if (since is { } from)
            range = range with { Low = (await FindAsync(Earlier(from), range, cancellationToken).ConfigureAwait(false)).Low };
        if (search.Before is { } to)
            range = range with { High = (await FindAsync(Later(to), range, cancellationToken).ConfigureAwait(false)).High };
        return range;
    }

    /// <summary>Where in the log a moment lies: all at or below the low end was received before it, all above the high end later.</summary>
    private async Task<LogRange> FindAsync(DateTimeOffset moment, LogRange range, CancellationToken cancellationToken)
    {
        while (range.High - range.Low > Near)
        {
            var middle = range.Low + ((range.High - range.Low) / 2);
            var next = await events.ReadAsync(middle, null, 1, cancellationToken).ConfigureAwait(false);
            range =
                next.Count == 0 || next[0].ReceivedAt >= moment
                    ? range with
                    {
                        High = middle,
                    }
                    : range with
                    {
                        Low = Math.Min(next[0].Position, range.High),
                    };
        }

        return range;
    }

    private static LogQuery Query(EventSearch search, LogRange part, int limit) =>
        new()
        {
            After = part.Low,
            Until = part.High,
            Execution = search.Execution,
            Project = search.Project,
            Domain = search.Domain,
            Projects = search.Projects,
            Phases = search.Phases,
            Since = search.Since,
            Before = search.Before,
            Descending = search.Descending,
            Limit = limit,
        };

    private static DateTimeOffset Earlier(DateTimeOffset moment) =>
        moment - DateTimeOffset.MinValue > Disorder ? moment - Disorder : DateTimeOffset.MinValue;

    private static DateTimeOffset Later(DateTimeOffset moment) =>
        DateTimeOffset.MaxValue - moment > Disorder ? moment + Disorder : DateTimeOffset.MaxValue;

    private static long? Boundary(string token)
    {
        if (token.Length == 0)
            return null;
        return long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var boundary)
            ? boundary
            : throw new RpcException(StatusCode.InvalidArgument, $"token {token} is not one that a list has answered");
    }

    /// <summary>The positions above the low end, up to and with the high end.</summary>
    private readonly record struct LogRange(long Low, long High);
}
