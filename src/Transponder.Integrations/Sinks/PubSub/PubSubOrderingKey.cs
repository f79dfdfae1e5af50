using System.Security.Cryptography;
using System.Text;

namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>Ordering keys within Pub/Sub's 1,024 bytes: a longer one ends in a hash of its whole, so that it stays one key and unlike any other.</summary>
internal static class PubSubOrderingKey
{
    private const int Longest = 1024;

    public static string Of(string key)
    {
        // A UTF-16 unit is three bytes at most.
        if (key.Length <= Longest / 3 || Encoding.UTF8.GetByteCount(key) <= Longest)
            return key;
        var utf8 = Encoding.UTF8.GetBytes(key);
        var hash = Convert.ToHexStringLower(SHA256.HashData(utf8));
        var room = Longest - hash.Length - 1;
        while ((utf8[room] & 0xC0) == 0x80)
            room--;
        return $"{Encoding.UTF8.GetString(utf8, 0, room)}-{hash}";
    }
}
