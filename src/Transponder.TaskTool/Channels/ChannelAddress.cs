using System.Diagnostics.CodeAnalysis;
using Transponder.Notifiers.Spool;

namespace Transponder.TaskTool.Channels;

/// <summary>
/// A channel as it is written: a scheme, then where its secret is (<c>env:NAME</c>, <c>secret:group/key</c>, <c>file:/path</c>), a host, a program or the
/// secret URL itself, then options. No text made from it shows a secret.
/// </summary>
internal sealed record ChannelAddress
{
    /// <summary>The schemes that name a host or a program, and never a secret.</summary>
    private static readonly string[] Places =
    [
        "smtp",
        "smtps",
        "transponder",
        "transponder+http",
        "apprise",
        "apprise+http",
        "exec",
        "console",
    ];

    private static readonly string[] References = ["env:", "secret:", "file:"];

    private ChannelAddress(string scheme, string rest, IReadOnlyList<KeyValuePair<string, string>> options, string written)
    {
        Scheme = scheme;
        Rest = rest;
        Options = options;
        Written = written;
    }

    /// <summary>The scheme in lower case, e.g. <c>slack</c> or <c>webhook+https</c>.</summary>
    public string Scheme { get; }

    /// <summary>What stands between scheme and options.</summary>
    public string Rest { get; }

    /// <summary>The options, decoded, in their order; a key may come more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; }

    /// <summary>True when <see cref="Rest"/> says where a secret is.</summary>
    public bool IsReference => IsReferenceText(Rest);

    private string Written { get; }

    private bool HidesNothing => IsReference || !LiteralIsSecret(Scheme);

    /// <summary>The address for people and logs.</summary>
    public string Shown => HidesNothing ? $"{Scheme}://{Rest}" : $"{Scheme}://***";

    /// <summary>What the spool calls the channel: enough to open it again, unless the address holds its secret; then only the same address finds it.</summary>
    public string SpoolName =>
        HidesNothing && !Options.Any(option => option.Value.Contains("://", StringComparison.Ordinal))
            ? Written.Replace("://", ":", StringComparison.Ordinal)
            : $"{Scheme}#{NameDigest.Of(Written)}";

    /// <summary>Whether a text says where a secret is.</summary>
    public static bool IsReferenceText(string text) => Array.Exists(References, start => text.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Whether a text is an address at all, rather than a channel's name.</summary>
    public static bool IsAddress(string text) => text.Contains(':', StringComparison.Ordinal);

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address as written.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">What is wrong with it, without its text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ChannelAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !text.AsSpan(0, colon).ContainsOnlyScheme())
        {
            problem = "is not a channel's URL, such as slack://env:SLACK_WEBHOOK";
            return false;
        }
        var scheme = text[..colon].ToLowerInvariant();
        var rest = text[(colon + 1)..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
            rest = rest[2..];
        // A literal URL keeps its own query; what the channel shall know besides stands where a browser's fragment would.
        var mark = IsReferenceText(rest) || !LiteralIsSecret(scheme) ? '?' : '#';
        var split = rest.IndexOf(mark, StringComparison.Ordinal);
        var options = new List<KeyValuePair<string, string>>();
        foreach (var option in split < 0 ? [] : rest[(split + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problem = "has an option without a value; options are written key=value";
                return false;
            }
            options.Add(new(option[..equals], Uri.UnescapeDataString(option[(equals + 1)..])));
        }
        address = new ChannelAddress(scheme, split < 0 ? rest : rest[..split], options, text);
        problem = null;
        return true;
    }

    /// <summary>The value of an option, the last one where it comes more than once; null when it is not there.</summary>
    public string? Option(string key)
    {
        string? found = null;
        foreach (var (name, value) in Options)
        {
            if (name == key)
                found = value;
        }
        return found;
    }

    private static bool LiteralIsSecret(string scheme) => Array.IndexOf(Places, scheme) < 0;
}
