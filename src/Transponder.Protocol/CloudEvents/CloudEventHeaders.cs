using System.Collections.Concurrent;
using System.Text;

namespace Transponder.Protocol.CloudEvents;

/// <summary>
/// Binary mode: an event's attributes as a message's headers, its data being the message's body. Names are in lower case and in a fixed order:
/// the four that every event has, then the optional ones, then extensions.
/// </summary>
public static class CloudEventHeaders
{
    /// <summary>The name of the header that carries <see cref="CloudEvent.DataContentType"/> over Kafka, NATS and HTTP.</summary>
    public const string ContentType = "content-type";

    private static readonly ConcurrentDictionary<string, string> KafkaNames = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, string> HttpNames = new(StringComparer.Ordinal);

    /// <summary>Kafka's headers, <c>ce_</c> and the name, and <c>content-type</c> at the end; values are sent as UTF-8 (Kafka binding, 3.2.3).</summary>
    /// <param name="value">The event.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Kafka(CloudEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var headers = Collect(value, KafkaNames, "ce_");
        if (value.DataContentType is { } type)
            headers.Add(new(ContentType, type));
        return headers;
    }

    /// <summary>
    /// HTTP's headers, <c>ce-</c> and the name, without the content type, which belongs to the body. Values are percent-encoded where a header must
    /// not carry them (HTTP binding, 3.1.3). NATS takes the same.
    /// </summary>
    /// <param name="value">The event.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Http(CloudEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var headers = Collect(value, HttpNames, "ce-");
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, text) = headers[i];
            if (text.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || text.AsSpan().IndexOfAny('"', '%') >= 0)
                headers[i] = new(name, PercentEncode(text));
        }

        return headers;
    }

    private static List<KeyValuePair<string, string>> Collect(CloudEvent value, ConcurrentDictionary<string, string> names, string prefix)
    {
        var headers = new List<KeyValuePair<string, string>>(8 + value.Extensions.Count);
        Add("specversion", CloudEvent.SpecVersion);
        Add("type", value.Type);
        Add("source", value.Source);
        Add("id", value.Id);
        Add("subject", value.Subject);
        Add("time", value.Time is { } time ? CloudEventTime.Format(time, value.TimeNanos) : null);
        Add("dataschema", value.DataSchema);
        for (var i = 0; i < value.Extensions.Count; i++)
            Add(value.Extensions[i].Key, value.Extensions[i].Value);
        return headers;

        void Add(string name, string? text)
        {
            if (text is not null)
                headers.Add(new(names.GetOrAdd(name, static (key, before) => before + key, prefix), text));
        }
    }

    private static string PercentEncode(string text)
    {
        var encoded = new StringBuilder(text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is > ' ' and <= '~' and not '"' and not '%')
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var part in utf8[..rune.EncodeToUtf8(utf8)])
                encoded.Append('%').Append(part.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}
