using Transponder.Core.Events;

namespace Transponder.Core.Egress.Formats;

/// <summary>The requests' bytes as received, under the names of their messages: what Flyte's <c>externalEvents</c> are.</summary>
internal sealed class RawFormat(bool replay) : IEventFormat
{
    public ValueTask<IReadOnlyList<EgressRecord>> FormatAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var records = new EgressRecord[events.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var logged = events[i];
            var key = logged.Execution.ToString();
            records[i] = new EgressRecord
            {
                Position = logged.Position,
                EventId = logged.Id,
                OrderingKey = key,
                PartitionKey = key,
                Subject = FlyteNames.Of(logged.Kind).Request,
                Raw = logged.Request,
                Replayed = replay,
            };
        }

        return new(records);
    }

    public EgressRecord? Gap(EgressRecord missing, string reason) => null;
}
