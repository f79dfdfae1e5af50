using Microsoft.Extensions.Logging;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Replays;

/// <summary>
/// Works one replay off: a stretch of the log after the other is read, formatted, sent, and stored as done. What the sink refuses is counted and
/// left out, what fails is sent again without limit.
/// </summary>
internal sealed partial class ReplayRun
{
    private const long Stretch = 50_000;
    private const int PageSize = 200;
    private static readonly TimeSpan[] Waits = [.. new[] { 1, 2, 5, 10, 15, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    private readonly ReplayLease lease;
    private readonly SinkRoute route;
    private readonly ReplayEnvironment environment;
    private readonly EventSearch search;
    private ReplayProgress progress;

    public ReplayRun(ReplayLease lease, SinkRoute route, ReplayEnvironment environment)
    {
        (this.lease, this.route, this.environment) = (lease, route, environment);
        search = environment.ReadFilter(lease.Replay.Filter);
        // A filter that names no kinds means all that the sink gets.
        if (search.Phases is null && route.Filter.Kinds.Any(kind => kind.IsChange()))
            search = search with
            {
                Phases = [.. route.Filter.Kinds.SelectMany(kind => ChangeKinds.PhasesOf(kind).Select(phase => (kind, phase)))],
            };
        progress = lease.Replay.Progress with { Detail = "" };
    }

    /// <summary>Runs until it is done, the lease is lost, or it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var until = lease.Replay.Until;
        var backoff = new Backoff();
        while (progress.State == ReplayState.Running)
        {
            try
            {
                await StepAsync(until, cancellationToken).ConfigureAwait(false);
                if (progress.Position >= until)
                    progress = progress with { State = ReplayState.Done };
                if (!await SaveAsync(cancellationToken).ConfigureAwait(false))
                    return;
                backoff.Reset();
            }
            catch (StoreException error)
            {
                LogStoreFailed(environment.Log, lease.Replay.ReplayId, error.Message);
                await Task.Delay(backoff.Next(), environment.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        LogDone(environment.Log, lease.Replay.ReplayId, route.Name, progress.Sent, progress.Refused);
    }

    private async Task StepAsync(long until, CancellationToken cancellationToken)
    {
        var end = Math.Min(until, progress.Position + Stretch);
        var found = await environment.Events.SearchAsync(Query(end), cancellationToken).ConfigureAwait(false);
        var through = found.Count == PageSize ? found[^1].Position : end;
        var wanted = await route.Filter.SelectAsync(found, environment.Facts, cancellationToken).ConfigureAwait(false);
        await SendAsync(await route.Format.FormatAsync(wanted, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        progress = progress with { Position = through };
    }

    private LogQuery Query(long end) =>
        new()
        {
            After = progress.Position,
            Until = end,
            Execution = search.Execution,
            Project = search.Project,
            Domain = search.Domain,
            Phases = search.Phases,
            Since = search.Since,
            Before = search.Before,
            Limit = PageSize,
        };

    private async Task SendAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        var left = records.ToList();
        for (var failures = 0; left.Count > 0; )
        {
            var call = Call(left);
            var began = environment.Time.GetTimestamp();
            var results = await route.Sink.PublishAsync(call, cancellationToken).ConfigureAwait(false);
            // What failed stays in its place, before what comes after it.
            left = [.. call.Where((_, i) => results[i].Outcome == PublishOutcome.Failed), .. left.Skip(call.Count)];
            Count(call, results);
            var failed = results.FirstOrDefault(result => result.Outcome == PublishOutcome.Failed && result.Detail.Length > 0);
            failures = results.All(result => result.Outcome == PublishOutcome.Failed) ? failures + 1 : 0;
            progress = progress with { Detail = failures > 0 ? failed.Detail : "" };
            if (failures > 0)
                await RestAsync(failures, failed.RetryAfter, cancellationToken).ConfigureAwait(false);
            else
                await KeepRateAsync(call.Count, began, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>As many as one call may have, and as are sent in a second.</summary>
    private List<EgressRecord> Call(List<EgressRecord> left)
    {
        var limits = route.Sink.Limits;
        var call = new List<EgressRecord>();
        var bytes = 0;
        foreach (var record in left)
        {
            bytes += record.Size;
            if (call.Count == Math.Min(limits.Records, lease.Replay.Rate) || (call.Count > 0 && bytes > limits.Bytes))
                break;
            call.Add(record);
        }
        return call;
    }

    private void Count(List<EgressRecord> call, IReadOnlyList<PublishResult> results)
    {
        for (var i = 0; i < call.Count; i++)
        {
            if (results[i].Outcome == PublishOutcome.Confirmed)
                progress = progress with { Sent = progress.Sent + 1 };
            else if (results[i].Outcome == PublishOutcome.Rejected)
            {
                progress = progress with { Refused = progress.Refused + 1 };
                LogRefused(environment.Log, lease.Replay.ReplayId, route.Name, call[i].EventId, results[i].Detail);
            }
        }
    }

    private Task KeepRateAsync(int sent, long began, CancellationToken cancellationToken)
    {
        var rest = TimeSpan.FromSeconds((double)sent / lease.Replay.Rate) - environment.Time.GetElapsedTime(began);
        return rest > TimeSpan.Zero ? Task.Delay(rest, environment.Time, cancellationToken) : Task.CompletedTask;
    }

    // Said where people look, though nothing has moved.
    private async Task RestAsync(int failures, TimeSpan? asked, CancellationToken cancellationToken)
    {
        await SaveAsync(cancellationToken).ConfigureAwait(false);
        var listed = Waits[Math.Min(failures, Waits.Length) - 1];
        var wait = asked > listed ? asked.Value : listed;
        await Task.Delay(wait < Waits[^1] ? wait : Waits[^1], environment.Time, cancellationToken).ConfigureAwait(false);
    }

    private Task<bool> SaveAsync(CancellationToken cancellationToken) =>
        environment.Replays.SaveAsync(lease, progress, environment.Time.GetUtcNow(), cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store failed during replay {Replay}, which goes on when it is back: {Detail}")]
    private static partial void LogStoreFailed(ILogger logger, string replay, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replay {Replay}: sink {Sink} refuses event {EventId}: {Detail}")]
    private static partial void LogRefused(ILogger logger, string replay, string sink, Guid eventId, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "Replay {Replay} to sink {Sink} is done: {Sent} sent, {Refused} refused")]
    private static partial void LogDone(ILogger logger, string replay, string sink, long sent, long refused);
}
