using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>What a FIFO topic orders and drops by: both of at most 128 characters, letters, digits and ASCII punctuation.</summary>
public static class SnsIdentity
{
    private const int Longest = 128;
    private const int Readable = 63;

    /// <summary>The group within which the order holds: the ordering key itself, or what can be read of it and its hash.</summary>
    /// <param name="orderingKey">What the order is kept by.</param>
    public static string Group(string orderingKey)
    {
        ArgumentNullException.ThrowIfNull(orderingKey);
        if (orderingKey.Length is > 0 and <= Longest && orderingKey.All(IsAllowed))
            return orderingKey;
        var readable = string.Concat(orderingKey.Where(IsAllowed).Take(Readable));
        return $"{readable}~{Hash(orderingKey)}";
    }

    /// <summary>
    /// The id by which the topic drops what comes again within five minutes. It is the event's and what the message says of it, since one event may
    /// make several messages and Flyte's own ids repeat. A replay inside those minutes would be answered as sent and dropped, so each attempt of one
    /// has an id of its own.
    /// </summary>
    /// <param name="record">The message.</param>
    /// <param name="now">The time of the attempt.</param>
    public static string Deduplication(EgressRecord record, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        var id = record.EventId.ToString("N");
        var content = Hash($"{record.Subject}\n{record.Event?.Type}\n{record.Event?.Id}")[..16];
        return record.Replayed
            ? string.Create(CultureInfo.InvariantCulture, $"{id}-{content}-replay-{now.ToUnixTimeMilliseconds()}")
            : $"{id}-{content}";
    }

    private static bool IsAllowed(char c) => c is > ' ' and <= '~';

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
