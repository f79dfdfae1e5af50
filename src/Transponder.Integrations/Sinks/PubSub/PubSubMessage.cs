using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Transponder.Core.Egress;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>A record as a Pub/Sub message.</summary>
internal sealed class PubSubMessage
{
    /// <summary>What Pub/Sub takes as one message, and as one request.</summary>
    public const int Largest = 10_000_000;

    private const string ContentType = "Content-Type";

    private readonly ReadOnlyMemory<byte> data;
    private readonly List<KeyValuePair<string, string>> attributes;

    private PubSubMessage(int index, string key, ReadOnlyMemory<byte> data, List<KeyValuePair<string, string>> attributes)
    {
        (Index, Key, this.data, this.attributes) = (index, key, data, attributes);
        Size = data.Length + key.Length + attributes.Sum(pair => pair.Key.Length + Encoding.UTF8.GetByteCount(pair.Value) + 8) + 16;
    }

    /// <summary>The record's place in its call.</summary>
    public int Index { get; }

    /// <summary>The key within which order is kept.</summary>
    public string Key { get; }

    /// <summary>Its bytes as Pub/Sub counts them, a little more at most.</summary>
    public int Size { get; }

    /// <summary>Its bytes in a request, about.</summary>
    public int RequestSize => Size + data.Length / 3;

    public static PubSubMessage Of(EgressRecord record, int index, PubSubMode mode)
    {
        var attributes = new List<KeyValuePair<string, string>>();
        if (record.Subject.Length > 0)
            attributes.Add(new("key", record.Subject));
        if (record.Event is not { } told)
        {
            if (record.Replayed)
                attributes.Add(new("replayed", "true"));
            return new PubSubMessage(index, record.OrderingKey, record.Raw, attributes);
        }

        switch (mode)
        {
            case PubSubMode.Binary:
                if (told.DataContentType is { } type)
                    attributes.Add(new(ContentType, type));
                // The same names and texts as Kafka's but for the separator: neither needs percent-encoding.
                foreach (var (name, value) in CloudEventHeaders.Kafka(told))
                    if (name.StartsWith("ce_", StringComparison.Ordinal))
                        attributes.Add(new(string.Concat("ce-", name.AsSpan(3)), value));
                return new PubSubMessage(index, record.OrderingKey, told.Data, attributes);
            case PubSubMode.Json:
                attributes.Add(new(ContentType, CloudEventJson.MediaType));
                return new PubSubMessage(index, record.OrderingKey, CloudEventJson.ToUtf8(told), attributes);
            default:
                return new PubSubMessage(index, record.OrderingKey, CloudEventProtobuf.ToBytes(told), attributes);
        }
    }

    public void Write(Utf8JsonWriter json, string? orderingKey)
    {
        json.WriteStartObject();
        json.WriteBase64String("data"u8, data.Span);
        if (attributes.Count > 0)
        {
            json.WriteStartObject("attributes"u8);
            foreach (var (name, value) in attributes)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        if (!string.IsNullOrEmpty(orderingKey))
            json.WriteString("orderingKey"u8, orderingKey);
        json.WriteEndObject();
    }
}
