using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>Just enough of a MIME reader for mails of one part or of alternatives; the strict reading is done by an independent parser.</summary>
public sealed partial class ReceivedMime
{
    private ReceivedMime(string text)
    {
        var split = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Raw = text;
        Headers = [.. Unfold().Replace(text[..split], " ").Split("\r\n").Select(l => l.Split(": ", 2)).Select(h => (h[0], h[1]))];
        var body = text[(split + 4)..];
        Parts = Boundary().Match(this["Content-Type"] ?? "") is { Success: true } match
            ? [.. body.Split($"--{match.Groups[1].Value}")[1..^1].Select(p => new ReceivedMime(p[2..]))]
            : [];
        Body = this["Content-Transfer-Encoding"] switch
        {
            "quoted-printable" => FromQuotedPrintable(body),
            "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body)),
            _ => body,
        };
    }

    public string Raw { get; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; }

    public IReadOnlyList<ReceivedMime> Parts { get; }

    public string Body { get; }

    public string? this[string header] => Headers.FirstOrDefault(h => h.Name == header).Value;

    /// <summary>A header with its encoded words decoded.</summary>
    public string Decoded(string header)
    {
        var joined = BetweenWords().Replace(this[header]!, "?==?");
        List<byte> bytes = [];
        var position = 0;
        foreach (Match word in EncodedWords().Matches(joined))
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(joined[position..word.Index]));
            var text = word.Groups[2].Value;
            bytes.AddRange(word.Groups[1].Value == "B" ? Convert.FromBase64String(text) : Unescape(text.Replace('_', ' ')));
            position = word.Index + word.Length;
        }
        bytes.AddRange(Encoding.UTF8.GetBytes(joined[position..]));
        return Encoding.UTF8.GetString([.. bytes]);
    }

    public static ReceivedMime Parse(ReadOnlySpan<byte> mail) => new(Encoding.UTF8.GetString(mail));

    private static string FromQuotedPrintable(string text) =>
        Encoding.UTF8.GetString([.. Unescape(text.Replace("=\r\n", "", StringComparison.Ordinal))]);

    private static List<byte> Unescape(string text)
    {
        List<byte> bytes = [];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }
        return bytes;
    }

    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@"=\?UTF-8\?([BQ])\?([^?]*)\?=")]
    private static partial Regex EncodedWords();

    [GeneratedRegex("\r\n[ \t]+")]
    private static partial Regex Unfold();

    [GeneratedRegex("boundary=\"([^\"]+)\"")]
    private static partial Regex Boundary();
}
