using System.Globalization;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>What a server offers in its reply to EHLO.</summary>
internal sealed record SmtpCapabilities
{
    public bool Pipelining { get; private init; }

    public bool StartTls { get; private init; }

    public bool SmtpUtf8 { get; private init; }

    public bool EightBitMime { get; private init; }

    /// <summary>Whether SIZE is known, so that MAIL may name the message's size.</summary>
    public bool Size { get; private init; }

    /// <summary>The largest message; 0 = not said.</summary>
    public long MaxSize { get; private init; }

    /// <summary>The authentication mechanisms, in upper case.</summary>
    public IReadOnlySet<string> Auth { get; private init; } = new HashSet<string>();

    /// <summary>What a server that knows only HELO offers.</summary>
    public static SmtpCapabilities None { get; } = new();

    public static SmtpCapabilities Parse(SmtpReply ehlo)
    {
        var found = None;
        var auth = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in ehlo.Lines.Skip(1))
        {
            var words = line.ToUpperInvariant().Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            switch (words[0])
            {
                case "PIPELINING":
                    found = found with { Pipelining = true };
                    break;
                case "STARTTLS":
                    found = found with { StartTls = true };
                    break;
                case "SMTPUTF8":
                    found = found with { SmtpUtf8 = true };
                    break;
                case "8BITMIME":
                    found = found with { EightBitMime = true };
                    break;
                case "AUTH":
                    auth.UnionWith(words.Skip(1));
                    break;
                case "SIZE":
                    _ = long.TryParse(words.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out var size);
                    found = found with { Size = true, MaxSize = size };
                    break;
            }
        }
        return found with { Auth = auth };
    }
}
