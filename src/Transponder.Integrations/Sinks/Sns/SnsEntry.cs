using System.Text;
using Transponder.Core.Egress;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>A record in the form in which the topic takes it.</summary>
internal sealed class SnsEntry
{
    private const int LongestSubject = 100;
    private const int Overhead = 64;

    private SnsEntry(int index, string key, string subject, string message)
    {
        (Index, Key, Subject, Message) = (index, key, subject, message);
        Size = Encoding.UTF8.GetByteCount(message) + subject.Length + Overhead;
    }

    /// <summary>Its place in the call.</summary>
    public int Index { get; }

    /// <summary>What its order is kept by.</summary>
    public string Key { get; }

    /// <summary>The subject; empty for none.</summary>
    public string Subject { get; }

    /// <summary>The text.</summary>
    public string Message { get; }

    /// <summary>How much of a request's limit it takes, at most.</summary>
    public int Size { get; }

    /// <summary>The message group; null unless the topic is FIFO.</summary>
    public string? Group { get; private init; }

    /// <summary>By what a FIFO topic knows it again.</summary>
    public string? Deduplication { get; private init; }

    public static SnsEntry Of(EgressRecord record, int index, SnsMessageMode mode, bool fifo, DateTimeOffset now) =>
        new(index, record.OrderingKey, Plain(record.Subject), Text(record, mode))
        {
            Group = fifo ? SnsIdentity.Group(record.OrderingKey) : null,
            Deduplication = fifo ? SnsIdentity.Deduplication(record, now) : null,
        };

    private static string Text(EgressRecord record, SnsMessageMode mode) =>
        (record.Event, mode) switch
        {
            (null, _) => Convert.ToBase64String(record.Raw.Span),
            (var told, SnsMessageMode.Json) => Encoding.UTF8.GetString(CloudEventJson.ToUtf8(told)),
            var (told, _) => Convert.ToBase64String(CloudEventProtobuf.ToBytes(told)),
        };

    // A subject becomes a mail's: ASCII, one line, at most 100 characters, and it does not begin with a blank.
    private static string Plain(string subject)
    {
        if (subject.Length <= LongestSubject && subject.All(c => c is > ' ' and <= '~'))
            return subject;
        var plain = string.Concat(subject.Where(c => c is >= ' ' and <= '~')).Trim();
        return plain.Length <= LongestSubject ? plain : plain[..LongestSubject].TrimEnd();
    }
}
