using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Transponder.Server.Commands.Demo;

/// <summary>A mail as the mailbox took it: its envelope, its headers decoded, and its text.</summary>
internal sealed partial record DemoMail(
    string Sender,
    IReadOnlyList<string> Recipients,
    IReadOnlyDictionary<string, string> Headers,
    string Text
)
{
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public static DemoMail Parse(string sender, IReadOnlyList<string> recipients, string source)
    {
        var (headers, body) = Split(source);
        return new DemoMail(sender, recipients, headers, PlainText(headers, body).Trim());
    }

    private static (Dictionary<string, string> Headers, string Body) Split(string source)
    {
        var end = source.IndexOf("\n\n", StringComparison.Ordinal);
        var head = end < 0 ? source : source[..end];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Fold().Replace(head, " ").Split('\n'))
            if (line.Split(':', 2) is [var name, var value])
                headers[name] = Decoded(value.Trim());
        return (headers, end < 0 ? "" : source[(end + 2)..]);
    }

    private static string PlainText(Dictionary<string, string> headers, string body)
    {
        if (Boundary().Match(headers.GetValueOrDefault("Content-Type", "")) is { Success: true } boundary)
        {
            var parts = body.Split($"--{boundary.Groups[1].Value}").Skip(1).Select(part => Split(part.TrimStart('\n'))).ToList();
            var plain = parts.Find(part =>
                part.Headers.GetValueOrDefault("Content-Type", "").StartsWith("text/plain", StringComparison.Ordinal)
            );
            return PlainText(plain.Headers ?? [], plain.Body ?? "");
        }
        return headers.GetValueOrDefault("Content-Transfer-Encoding", "").ToLowerInvariant() switch
        {
            "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body)),
            "quoted-printable" => Unquoted(body.Replace("=\n", "")),
            _ => body,
        };
    }

    private static string Decoded(string value) =>
        EncodedWord()
            .Replace(
                BetweenWords().Replace(value, "?==?"),
                word =>
                    word.Groups[1].Value is "B" or "b"
                        ? Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[2].Value))
                        : Unquoted(word.Groups[2].Value.Replace('_', ' '))
            );

    private static string Unquoted(string text) =>
        Quoted()
            .Replace(
                text,
                run =>
                    Encoding.UTF8.GetString([
                        .. run
                            .Value.Split('=', StringSplitOptions.RemoveEmptyEntries)
                            .Select(hex => byte.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
                    ])
            );

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex Fold();

    [GeneratedRegex(@"boundary=""?([^"";]+)""?")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@"=\?utf-8\?([BbQq])\?([^?]*)\?=", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(=[0-9A-Fa-f]{2})+")]
    private static partial Regex Quoted();
}
