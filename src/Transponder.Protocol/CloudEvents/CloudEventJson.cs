using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Transponder.Protocol.CloudEvents;

/// <summary>
/// CloudEvents' JSON format, without blanks: one event (structured mode) or several (batched mode). Data whose media type is JSON stands inline as
/// it is, text as a string; other data, and data that is said to be binary, as base64 (JSON format, 3.1).
/// </summary>
public static class CloudEventJson
{
    /// <summary>The media type of one event.</summary>
    public const string MediaType = "application/cloudevents+json";

    /// <summary>The media type of several events.</summary>
    public const string BatchMediaType = "application/cloudevents-batch+json";

    private const int Envelope = 768;

    private static readonly JsonWriterOptions Layout = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>One event as UTF-8 text.</summary>
    /// <param name="value">The event.</param>
    public static byte[] ToUtf8(CloudEvent value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var buffer = new ArrayBufferWriter<byte>(Envelope + DataSize(value));
        Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes one event as UTF-8 text.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="value">The event.</param>
    public static void Write(IBufferWriter<byte> destination, CloudEvent value)
    {
        using var json = new Utf8JsonWriter(destination, Layout);
        Write(json, value);
    }

    /// <summary>Several events as one JSON array in UTF-8 text.</summary>
    /// <param name="events">The events; none makes an empty array.</param>
    public static byte[] ToUtf8Batch(IReadOnlyList<CloudEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var buffer = new ArrayBufferWriter<byte>(events.Sum(value => Envelope + DataSize(value)) + 2);
        WriteBatch(buffer, events);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes several events as one JSON array in UTF-8 text.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="events">The events; none makes an empty array.</param>
    public static void WriteBatch(IBufferWriter<byte> destination, IReadOnlyList<CloudEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        using var json = new Utf8JsonWriter(destination, Layout);
        json.WriteStartArray();
        foreach (var value in events)
            Write(json, value);
        json.WriteEndArray();
    }

    /// <summary>Writes one event as one JSON value.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="value">The event.</param>
    public static void Write(Utf8JsonWriter json, CloudEvent value)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(value);
        json.WriteStartObject();
        json.WriteString("specversion"u8, CloudEvent.SpecVersion);
        json.WriteString("id"u8, value.Id);
        json.WriteString("source"u8, value.Source);
        json.WriteString("type"u8, value.Type);
        WriteOptional(json, "subject"u8, value.Subject);
        if (value.Time is { } time)
        {
            Span<byte> text = stackalloc byte[CloudEventTime.LongestText];
            json.WriteString("time"u8, text[..CloudEventTime.Format(text, time, value.TimeNanos)]);
        }

        WriteOptional(json, "datacontenttype"u8, value.DataContentType);
        WriteOptional(json, "dataschema"u8, value.DataSchema);
        foreach (var (name, text) in value.Extensions)
            json.WriteString(name, text);
        WriteData(json, value);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static void WriteData(Utf8JsonWriter json, CloudEvent value)
    {
        if (value.Data.IsEmpty)
            return;
        if (IsJson(value))
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(value.Data.Span, skipInputValidation: true);
        }
        else if (IsText(value))
        {
            json.WriteString("data"u8, value.Data.Span);
        }
        else
        {
            json.WriteBase64String("data_base64"u8, value.Data.Span);
        }
    }

    /// <summary>Whether the data is a JSON value: its media type's subtype is <c>json</c> or ends so; none at all means JSON too (JSON format, 2.4.1).</summary>
    private static bool IsJson(CloudEvent value)
    {
        if (value.DataIsBinary)
            return false;
        if (value.DataContentType is not { } type)
            return true;
        var media = type.AsSpan();
        var parameters = media.IndexOf(';');
        if (parameters >= 0)
            media = media[..parameters];
        media = media.Trim();
        return media.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsText(CloudEvent value) =>
        !value.DataIsBinary
        && value.DataContentType?.StartsWith("text/", StringComparison.OrdinalIgnoreCase) == true
        && Utf8.IsValid(value.Data.Span);

    private static int DataSize(CloudEvent value) =>
        IsJson(value) ? value.Data.Length : Base64.GetMaxEncodedToUtf8Length(value.Data.Length);
}
