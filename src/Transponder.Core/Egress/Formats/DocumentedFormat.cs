using System.Text;
using Transponder.Core.Events;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Core.Egress.Formats;

/// <summary>What Flyte's documentation describes: short types, the message's Python name as subject, the binary request in base64 as data.</summary>
internal sealed class DocumentedFormat(EventFormatOptions options) : IEventFormat
{
    private static readonly KeyValuePair<string, string>[] Extensions = [new(ExtensionNames.JsonSchemaUrl, FlyteNames.DocumentedSchemaUrl)];

    public ValueTask<IReadOnlyList<EgressRecord>> FormatAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new([.. events.Select(Record)]);
    }

    public EgressRecord? Gap(EgressRecord missing, string reason) => null;

    private EgressRecord Record(LoggedEvent logged)
    {
        var occurrence = Occurrence.Of(logged);
        var told = new CloudEvent
        {
            Id = logged.Id.ToString(),
            Source = options.Source ?? FlyteNames.DocumentedSource,
            Type = occurrence.Names.DocumentedType,
            Subject = occurrence.Names.Documented,
            Time = occurrence.Time,
            TimeNanos = occurrence.TimeNanos,
            DataContentType = "text/plain",
            Extensions = Extensions,
            Data = Encoding.ASCII.GetBytes(Convert.ToBase64String(logged.Request)),
        };
        return new EgressRecord
        {
            Position = logged.Position,
            EventId = logged.Id,
            OrderingKey = occurrence.Execution,
            PartitionKey = occurrence.Execution,
            Subject = occurrence.Names.Documented,
            Event = told,
            Replayed = options.Replay,
        };
    }
}
