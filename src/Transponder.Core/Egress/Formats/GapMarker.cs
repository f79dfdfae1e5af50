using System.Buffers;
using System.Text.Json;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Core.Egress.Formats;

/// <summary>The message that says that another is missing, so that a consumer who counts sequences knows why. Flyte's own forms have none.</summary>
internal sealed class GapMarker(EventFormatOptions options)
{
    public const string Type = "dev.transponder.egress.gap";

    private const int LongestReason = 500;

    public EgressRecord? For(EgressRecord missing, string reason)
    {
        ArgumentNullException.ThrowIfNull(missing);
        ArgumentNullException.ThrowIfNull(reason);
        if (options.Compatibility != EventCompatibility.None || missing.Event is not { } lost)
            return null;
        var told = new CloudEvent
        {
            Id = lost.Id + "-gap",
            Source = lost.Source,
            Type = Type,
            Subject = lost.Subject,
            Time = lost.Time,
            TimeNanos = lost.TimeNanos,
            DataContentType = "application/json",
            Extensions = [.. lost.Extensions.Where(extension => extension.Key != ExtensionNames.JsonSchemaUrl)],
            Data = Describe(missing, lost, reason.Length <= LongestReason ? reason : reason[..LongestReason]),
        };
        return new EgressRecord
        {
            Position = missing.Position,
            EventId = missing.EventId,
            OrderingKey = missing.OrderingKey,
            PartitionKey = missing.PartitionKey,
            Subject = Type,
            Event = told,
            Replayed = missing.Replayed,
        };
    }

    private static byte[] Describe(EgressRecord missing, CloudEvent lost, string reason)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", lost.Id);
            json.WriteString("type", lost.Type);
            json.WriteString("sequence", lost.Extensions.FirstOrDefault(extension => extension.Key == ExtensionNames.Sequence).Value);
            json.WriteNumber("position", missing.Position);
            json.WriteNumber("size", lost.Data.Length);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
