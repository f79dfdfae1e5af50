using System.Text;

namespace Transponder.Notifiers.Channels.Webhook;

/// <summary>What may stand in a webhook's headers.</summary>
internal static class WebhookHeaders
{
    /// <summary>The header that marks a message that someone asked to be sent again.</summary>
    public const string Replay = "transponder-replay";

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Content-Encoding",
        "Content-Length",
        "Content-Type",
        "Expect",
        "Host",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        Replay,
    };

    private static readonly string[] ReservedPrefixes = ["webhook-", "ce-", "proxy-", ":"];

    /// <summary>Says what is wrong with the name of an operator's header; null when it may be used.</summary>
    public static string? CheckName(string name)
    {
        if (name.Length == 0 || !name.All(IsTokenCharacter))
            return $"\"{name}\" is not a header's name";
        return Reserved.Contains(name) || ReservedPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase))
            ? $"the header {name} is set by Transponder itself"
            : null;
    }

    /// <summary>Whether a value can be sent as it is: visible ASCII, blanks and tabs.</summary>
    public static bool IsValue(string value) => value.All(c => c is (>= ' ' and <= '~') or '\t');

    /// <summary>Percent-encodes a value as the CloudEvents HTTP binding wants it: all but visible ASCII, and the quote and percent sign too.</summary>
    public static string Encode(string value)
    {
        if (value.All(c => c is > ' ' and <= '~' and not ('"' or '%')))
            return value;

        var encoded = new StringBuilder(value.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            if (b is > (byte)' ' and <= (byte)'~' and not ((byte)'"' or (byte)'%'))
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return encoded.ToString();
    }

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}
