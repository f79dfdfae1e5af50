using System.Text;
using Transponder.Core.Egress;
using Transponder.Core.Events;

namespace Transponder.Tests.Core.Egress;

/// <summary>The event's bytes as they are; a gap reads <c>gap:</c> and what is missing.</summary>
internal sealed class PlainFormat : IEventFormat
{
    public ValueTask<IReadOnlyList<EgressRecord>> FormatAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        var records = new EgressRecord[events.Count];
        for (var i = 0; i < records.Length; i++)
        {
            var key = events[i].Execution.ToString();
            records[i] = new EgressRecord
            {
                Position = events[i].Position,
                EventId = events[i].Id,
                OrderingKey = key,
                PartitionKey = key,
                Subject = "event",
                Raw = events[i].Request,
            };
        }
        return new(records);
    }

    public EgressRecord? Gap(EgressRecord missing, string reason) =>
        new()
        {
            Position = missing.Position,
            EventId = missing.EventId,
            OrderingKey = missing.OrderingKey,
            PartitionKey = missing.PartitionKey,
            Subject = "gap",
            Raw = Encoding.UTF8.GetBytes($"gap:{RecordingSink.Text(missing)}"),
        };
}
