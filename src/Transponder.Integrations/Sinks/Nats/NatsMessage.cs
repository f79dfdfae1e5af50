using System.Buffers;
using System.Text;
using Transponder.Core.Egress;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Integrations.Sinks.Nats;

/// <summary>A record as NATS carries it: subject, headers, payload.</summary>
internal sealed class NatsMessage
{
    private const string MessageId = "Nats-Msg-Id";
    private const string Replay = "transponder-replay";
    private const string RawSubject = "transponder-subject";

    private readonly byte[] head;
    private readonly ReadOnlyMemory<byte> payload;

    private NatsMessage(string subject, byte[] head, ReadOnlyMemory<byte> payload) =>
        (Subject, this.head, this.payload) = (subject, head, payload);

    public string Subject { get; }

    /// <summary>What the server holds against its limit.</summary>
    public int Size => head.Length + payload.Length;

    public static NatsMessage Of(EgressRecord record, string subject, NatsSinkOptions options)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var payload = record.Raw;
        if (record.Event is not { } told)
        {
            headers.Add(new(RawSubject, record.Subject));
        }
        else if (options.Mode == NatsSinkMode.Binary)
        {
            headers.AddRange(CloudEventHeaders.Http(told));
            if (told.DataContentType is { } type)
                headers.Add(new(CloudEventHeaders.ContentType, type));
            payload = told.Data;
        }
        else
        {
            payload = CloudEventJson.ToUtf8(AsBase64(told));
            if (options.JetStream)
                headers.Add(new(CloudEventHeaders.ContentType, CloudEventJson.MediaType));
        }

        if (record.Replayed)
            headers.Add(new(Replay, "true"));
        else if (options.JetStream)
            headers.Add(new(MessageId, $"{record.EventId}.{record.Subject}"));
        return new NatsMessage(subject, Head(headers), payload);
    }

    /// <summary>Writes the command that publishes it.</summary>
    public void WriteTo(IBufferWriter<byte> destination, string replyTo)
    {
        var reply = replyTo.Length == 0 ? "" : replyTo + " ";
        var command = head.Length == 0 ? $"PUB {Subject} {reply}{payload.Length}\r\n" : $"HPUB {Subject} {reply}{head.Length} {Size}\r\n";
        destination.Write(Encoding.UTF8.GetBytes(command));
        destination.Write(head);
        destination.Write(payload.Span);
        destination.Write("\r\n"u8);
    }

    private static byte[] Head(List<KeyValuePair<string, string>> headers)
    {
        if (headers.Count == 0)
            return [];
        var text = new StringBuilder("NATS/1.0\r\n", 512);
        foreach (var (name, value) in headers)
            text.Append(name).Append(": ").Append(value.ReplaceLineEndings(" ")).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    /// <summary>Flyte's NATS messages carry even JSON as <c>data_base64</c>; its consumers look for it there.</summary>
    private static CloudEvent AsBase64(CloudEvent told) =>
        told.DataIsBinary
            ? told
            : new CloudEvent
            {
                Id = told.Id,
                Source = told.Source,
                Type = told.Type,
                Subject = told.Subject,
                Time = told.Time,
                TimeNanos = told.TimeNanos,
                DataContentType = told.DataContentType,
                DataSchema = told.DataSchema,
                Extensions = told.Extensions,
                Data = told.Data,
                DataIsBinary = true,
            };
}
