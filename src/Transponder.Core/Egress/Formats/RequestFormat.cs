using Transponder.Core.Events;
using Transponder.Core.Events.Changes;

namespace Transponder.Core.Egress.Formats;

/// <summary>Flyte's version v1: the data is the whole request as JSON.</summary>
internal sealed class RequestFormat(EventFormatOptions options) : IEventFormat
{
    private readonly Envelope envelope = new(options);
    private readonly ChangeFormat changes = new(options);
    private readonly GapMarker gap = new(options);

    public ValueTask<IReadOnlyList<EgressRecord>> FormatAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var json = new JsonBody();
        var records = new EgressRecord[events.Count];
        for (var i = 0; i < records.Length; i++)
        {
            if (events[i].Kind.IsChange())
            {
                records[i] = changes.Record(events[i], json);
                continue;
            }

            var occurrence = Occurrence.Unparsed(events[i]);
            var content = new Content
            {
                Subject = occurrence.Names.Request,
                Type = occurrence.Names.Type,
                Source = FlyteNames.Source,
                Schema = occurrence.Names.Schema,
                JsonSchemaUrl = FlyteNames.JsonSchemaUrl,
                Data = json.Of(occurrence.Names.Message, events[i].Request),
            };
            records[i] = envelope.Close(occurrence, content);
        }

        return new(records);
    }

    public EgressRecord? Gap(EgressRecord missing, string reason) => gap.For(missing, reason);
}
