using System.Buffers;
using System.Globalization;
using System.Text;

namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>One thing that a server said: a line, and the bytes that the line announces.</summary>
/// <param name="Verb">The line's first word, in upper case.</param>
/// <param name="Line">The line.</param>
/// <param name="Head">A message's headers; empty when it has none.</param>
/// <param name="Payload">A message's payload.</param>
internal sealed record NatsFrame(string Verb, string Line, string Head, byte[] Payload)
{
    private const string Denial = "Permissions Violation for Publish to \"";

    /// <summary>What a message was sent to.</summary>
    public string Subject => Line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];

    /// <summary>Whether a message is the server's own: nobody listens on the subject.</summary>
    public bool NoResponders => Head.StartsWith("NATS/1.0 503", StringComparison.Ordinal);

    /// <summary>The subject that an error says we may not publish to; null when it says something else.</summary>
    public string? DeniedSubject
    {
        get
        {
            var start = Line.IndexOf(Denial, StringComparison.OrdinalIgnoreCase);
            return start < 0 ? null : Line[(start + Denial.Length)..].Split('"')[0];
        }
    }

    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out NatsFrame frame)
    {
        frame = null!;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> bytes, "\r\n"u8))
            return false;

        var line = Encoding.UTF8.GetString(bytes);
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var verb = words.Length == 0 ? "" : words[0].ToUpperInvariant();
        var (head, size) = verb switch
        {
            "MSG" when words.Length >= 4 => (0, Number(words[^1])),
            "HMSG" when words.Length >= 5 => (Number(words[^2]), Number(words[^1])),
            "MSG" or "HMSG" => throw new NatsFailure("the server's message cannot be read"),
            _ => (0, -1),
        };
        if (size < 0)
        {
            frame = new NatsFrame(verb, line, "", []);
            buffer = buffer.Slice(reader.Position);
            return true;
        }

        if (reader.Remaining < size + 2)
            return false;
        var content = buffer.Slice(reader.Position, size).ToArray();
        frame = new NatsFrame(verb, line, Encoding.UTF8.GetString(content, 0, Math.Min(head, size)), content[Math.Min(head, size)..]);
        reader.Advance(size + 2);
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private static int Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NatsFailure("the server's message cannot be read");
}
