using System.Globalization;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Delivery;

/// <summary>What became of every delivery: to look up, to explain, and to send again. The API's adapters call nothing else.</summary>
/// <param name="deliveries">The deliveries.</param>
/// <param name="executions">Their executions.</param>
/// <param name="signal">Tells the engine of replays.</param>
/// <param name="time">The clock.</param>
public sealed class DeliveryLedger(IDeliveryStore deliveries, IExecutionStore executions, DeliverySignal signal, TimeProvider time)
{
    /// <summary>The most deliveries of one page or one replay.</summary>
    public const int LargestPage = 1000;

    private const int DefaultPage = 100;

    /// <summary>One page, newest first, and the token of the next; null when there is none.</summary>
    /// <param name="query">Which; a limit of 0 means the default.</param>
    /// <param name="token">The token of the page before; empty = the first page.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<(IReadOnlyList<DeliveryRecord> Page, string? NextToken)> ListAsync(
        DeliveryQuery query,
        string token,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        var limit = query.Limit <= 0 ? DefaultPage : Math.Min(query.Limit, LargestPage);
        var page = await deliveries
            .ListAsync(query with { Limit = limit + 1, Before = RowOf(token) }, cancellationToken)
            .ConfigureAwait(false);
        if (page.Count <= limit)
            return (page, null);
        var shown = page.Take(limit).ToArray();
        return (shown, shown[^1].RowId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>One delivery; one of another project is as unknown as one that never was.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="projects">The projects that may be seen; null = all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<DeliveryRecord> GetAsync(string id, IReadOnlySet<string>? projects, CancellationToken cancellationToken) =>
        await deliveries.GetAsync(id, cancellationToken).ConfigureAwait(false) is { } found
        && (projects?.Contains(found.Execution.Project) ?? true)
            ? found
            : throw new RpcException(StatusCode.NotFound, $"there is no delivery {id}");

    /// <summary>Sends one delivery again, and answers how it stands then.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="projects">The projects that may be touched; null = all.</param>
    /// <param name="cancellationToken">Observed before anything is changed.</param>
    public async Task<DeliveryRecord> ReplayAsync(string id, IReadOnlySet<string>? projects, CancellationToken cancellationToken)
    {
        var before = await GetAsync(id, projects, cancellationToken).ConfigureAwait(false);
        if ((await ReplayNowAsync([id], cancellationToken).ConfigureAwait(false)).Count == 0)
            throw new RpcException(
                StatusCode.FailedPrecondition,
                $"delivery {before.DeliveryId} is being sent right now; try again in a moment"
            );
        return await GetAsync(id, projects, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends several deliveries again: those named, and those that match.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="filter">Which others; null = none. Without a state, the dead ones.</param>
    /// <param name="projects">The projects that may be touched; null = all. Deliveries of others are skipped as if they were unknown.</param>
    /// <param name="cancellationToken">Observed before anything is changed.</param>
    public async Task<ReplaySummary> ReplayAsync(
        IReadOnlyCollection<string> ids,
        DeliveryQuery? filter,
        IReadOnlySet<string>? projects,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count == 0 && filter is null)
            throw new RpcException(StatusCode.InvalidArgument, "name deliveries in ids, or give a filter");
        if (ids.Count > LargestPage)
            throw new RpcException(StatusCode.InvalidArgument, $"at most {LargestPage} ids can be replayed in one call");

        var matching = filter is null
            ? []
            : await deliveries
                .ListAsync(
                    filter with
                    {
                        Projects = projects,
                        State = filter.State ?? DeliveryState.Dead,
                        Limit = LargestPage + 1,
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        var wanted = ids.Concat(matching.Take(LargestPage).Select(delivery => delivery.DeliveryId)).Distinct().ToArray();
        var open = projects is null ? wanted : await OpenAsync(wanted, projects, cancellationToken).ConfigureAwait(false);
        var replayed = await ReplayNowAsync(open, cancellationToken).ConfigureAwait(false);
        return new ReplaySummary(replayed, [.. wanted.Except(replayed)], matching.Count > LargestPage);
    }

    /// <summary>Which notifications apply to an execution and why, which matched, and what became of each.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async Task<ExecutionExplanation> ExplainAsync(ExecutionKey execution, CancellationToken cancellationToken)
    {
        var record =
            await executions.GetAsync(execution, cancellationToken).ConfigureAwait(false)
            ?? throw new RpcException(StatusCode.NotFound, $"missing entity of type execution with identifier {execution}");
        return ExecutionExplainer.Explain(record, await deliveries.ForExecutionAsync(execution, cancellationToken).ConfigureAwait(false));
    }

    private async Task<string[]> OpenAsync(string[] ids, IReadOnlySet<string> projects, CancellationToken cancellationToken)
    {
        var open = new List<string>();
        foreach (var id in ids)
        {
            var found = await deliveries.GetAsync(id, cancellationToken).ConfigureAwait(false);
            if (found is not null && projects.Contains(found.Execution.Project))
                open.Add(id);
        }
        return [.. open];
    }

    private async Task<IReadOnlyList<string>> ReplayNowAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var replayed = await deliveries.ReplayAsync(ids, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (replayed.Count > 0)
            signal.Resume();
        return replayed;
    }

    private static long? RowOf(string token)
    {
        if (string.IsNullOrEmpty(token))
            return null;
        return long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            ? row
            : throw new RpcException(StatusCode.InvalidArgument, $"token {token} is not one that a list has answered");
    }
}

/// <summary>What a replay of several deliveries came to.</summary>
/// <param name="Replayed">Those that are sent again.</param>
/// <param name="Skipped">Those that are not: unknown ids, and deliveries that are being sent right now.</param>
/// <param name="More">True when more match than one call replays.</param>
public sealed record ReplaySummary(IReadOnlyList<string> Replayed, IReadOnlyList<string> Skipped, bool More);
