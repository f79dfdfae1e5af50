using System.Text.RegularExpressions;

namespace Transponder.Notifiers.Channels.Apprise;

/// <summary>
/// Keeps a text from calling people at whatever service it may reach: what acts as a mention somewhere gives way to characters that look alike.
/// </summary>
internal static partial class InertMentions
{
    public static string In(string text) =>
        Calls().Replace(text, match => match.Value.Replace('@', '＠').Replace("&lt;", "‹", StringComparison.Ordinal).Replace('<', '‹'));

    // "<!--" and "<!doctype" are HTML's own, and call nobody.
    [GeneratedRegex("(?:<|&lt;)(?:@|#[A-Z0-9]|![a-z]+(?=[>^|&]))|@(?=everyone|here|channel|all\\b)", RegexOptions.CultureInvariant)]
    private static partial Regex Calls();
}
