using System.Runtime.InteropServices;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>What the codes of Kafka (positive) and librdkafka (negative) mean for a record.</summary>
internal static class KafkaError
{
    public const int Fatal = -150;
    public const int MessageTooLarge = 10;
    public const int AllBrokersDown = -187;
    public const int QueueFull = -184;
    public const int Purged = -152;

    /// <summary>Ours: an earlier record of the key was not confirmed.</summary>
    public const int Behind = int.MinValue;

    /// <summary>Ours: librdkafka did not take it, as it is larger than we allow.</summary>
    public const int TooLargeForUs = int.MinValue + 1;

    private const int PurgedInFlight = -151;
    private const int BatchTooLarge = 18;
    private const int InvalidRecord = 87;

    /// <summary>Refused for what is in it. Said of a batch it is meant for one of its messages, or for their sum.</summary>
    public static bool IsAboutContent(int code) => code is MessageTooLarge or BatchTooLarge or InvalidRecord;

    /// <summary>Not sent, or not known to be, because the producer ended.</summary>
    public static bool IsPurged(int code) => code is Purged or PurgedInFlight or Fatal;

    public static string Text(int code) => Marshal.PtrToStringUTF8(LibRdKafka.ErrorText(code)) ?? $"error {code}";
}
