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

    private const int MostOfCore = 8;

    private static readonly Names KafkaNames = new("ce_");
    private static readonly Names HttpNames = new("ce-");

    /// <summary>Kafka's headers, <c>ce_</c> and the name, and <c>content-type</c> at the end; values are sent as UTF-8 (Kafka binding, 3.2.3).</summary>
    /// <param name="value">The event.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Kafka(CloudEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var headers = NewList(value);
        Kafka(value, headers);
        return headers;
    }

    /// <summary>Adds them to a list; a name is the same object each time.</summary>
    internal static void Kafka(CloudEvent value, List<KeyValuePair<string, string>> headers)
    {
        Collect(value, KafkaNames, headers);
        if (value.DataContentType is { } type)
            headers.Add(new(ContentType, type));
    }

    /// <summary>
    /// HTTP's headers, <c>ce-</c> and the name, without the content type, which belongs to the body. Values are percent-encoded where a header must
    /// not carry them (HTTP binding, 3.1.3). NATS takes the same.
    /// </summary>
    /// <param name="value">The event.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Http(CloudEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var headers = NewList(value);
        Collect(value, HttpNames, headers);
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, text) = headers[i];
            if (text.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0 || text.AsSpan().IndexOfAny('"', '%') >= 0)
                headers[i] = new(name, PercentEncode(text));
        }

        return headers;
    }

    private static List<KeyValuePair<string, string>> NewList(CloudEvent value) => new(MostOfCore + value.Extensions.Count);

    private static void Collect(CloudEvent value, Names names, List<KeyValuePair<string, string>> headers)
    {
        headers.Add(new(names.SpecVersion, CloudEvent.SpecVersion));
        headers.Add(new(names.Type, value.Type));
        headers.Add(new(names.Source, value.Source));
        headers.Add(new(names.Id, value.Id));
        if (value.Subject is { } subject)
            headers.Add(new(names.Subject, subject));
        if (value.Time is { } time)
            headers.Add(new(names.Time, CloudEventTime.Format(time, value.TimeNanos)));
        if (value.DataSchema is { } schema)
            headers.Add(new(names.DataSchema, schema));
        for (var i = 0; i < value.Extensions.Count; i++)
        {
            var (name, text) = value.Extensions[i];
            headers.Add(new(names.Of(name), text));
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

    /// <summary>A transport's names of attributes, each made once.</summary>
    private sealed class Names(string prefix)
    {
        private readonly ConcurrentDictionary<string, string> extensions = new(StringComparer.Ordinal);

        public string SpecVersion { get; } = prefix + "specversion";

        public string Type { get; } = prefix + "type";

        public string Source { get; } = prefix + "source";

        public string Id { get; } = prefix + "id";

        public string Subject { get; } = prefix + "subject";

        public string Time { get; } = prefix + "time";

        public string DataSchema { get; } = prefix + "dataschema";

        public string Of(string extension) => extensions.GetOrAdd(extension, static (name, before) => before + name, prefix);
    }
}
