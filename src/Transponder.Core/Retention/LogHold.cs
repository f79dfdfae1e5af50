using Transponder.Core.Egress;
using Transponder.Core.Store;

namespace Transponder.Core.Retention;

/// <summary>What keeps events in the log that are old enough to go: the cursors of the sinks that are configured now.</summary>
/// <param name="Lanes">The cursors.</param>
/// <param name="Sinks">The sinks that count; one that is no longer configured holds nothing.</param>
/// <param name="Options">How long they may.</param>
public sealed record LogHold(ILaneStore Lanes, IReadOnlyCollection<string> Sinks, EgressOptions Options)
{
    /// <summary>The position that the slowest of them has reached; null when none counts.</summary>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<long?> SlowestAsync(CancellationToken cancellationToken)
    {
        if (Sinks.Count == 0)
            return null;
        var progress = await Lanes.ProgressAsync(cancellationToken).ConfigureAwait(false);
        return progress.Where(one => Sinks.Contains(one.Sink)).Min(one => (long?)one.Position);
    }
}
