using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Transponder.Notifiers;

/// <summary>
/// An e-mail address that has passed the syntax of RFC 5321 and 5322, with internationalised parts (RFC 6531) and an optional display name.
/// Holds no control character, so it is safe in a header and in an SMTP command.
/// </summary>
public sealed record EmailAddress
{
    private const int MaxLocalBytes = 64;
    private const int MaxAddressBytes = 254;
    private const int MaxDisplayNameChars = 200;

    private EmailAddress(string? displayName, string localPart, string domain)
    {
        DisplayName = displayName;
        LocalPart = localPart;
        Domain = domain;
    }

    /// <summary>The name in front of <c>&lt;address&gt;</c>; null when there is none.</summary>
    public string? DisplayName { get; }

    /// <summary>What stands before the @, quoted when it must be.</summary>
    public string LocalPart { get; }

    /// <summary>The domain in its ASCII form (internationalised labels as <c>xn--…</c>), or an address literal in brackets.</summary>
    public string Domain { get; }

    /// <summary>The address alone: local part, @ and domain.</summary>
    public string Address => $"{LocalPart}@{Domain}";

    /// <summary>True when only a server with SMTPUTF8 can take the address.</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(LocalPart);

    /// <summary>Says what is wrong with an address, in words for the one who wrote it; null when it is fine.</summary>
    /// <param name="text">The address as written: <c>user@example.com</c> or <c>Name &lt;user@example.com&gt;</c>.</param>
    public static string? Check(string? text) => TryParse(text, out _, out var problem) ? null : problem;

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address as written: <c>user@example.com</c> or <c>Name &lt;user@example.com&gt;</c>.</param>
    /// <param name="address">The address, when it is fine.</param>
    /// <param name="problem">What is wrong with it, when it is not.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = Parse(text, out var displayName, out var localPart, out var domain);
        if (problem is not null)
            return false;
        address = new EmailAddress(displayName, localPart, domain);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => DisplayName is null ? Address : $"{DisplayName} <{Address}>";

    private static string? Parse(string? text, out string? displayName, out string localPart, out string domain)
    {
        displayName = null;
        localPart = domain = "";
        if (string.IsNullOrWhiteSpace(text))
            return "the e-mail address is empty";
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Surrogate)
                return "the e-mail address is not valid Unicode";
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029)
                return "the e-mail address has a control character";
        }

        var spec = text;
        if (text.EndsWith('>'))
        {
            var open = text.LastIndexOf('<');
            if (open < 0)
                return "the e-mail address has a '>' without '<'";
            displayName = Unquote(text[..open].Trim());
            if (displayName.Length > MaxDisplayNameChars)
                return $"the display name is longer than {MaxDisplayNameChars} characters";
            if (displayName.Length == 0)
                displayName = null;
            spec = text[(open + 1)..^1];
        }

        var at = spec.LastIndexOf('@');
        if (at < 0)
            return "the e-mail address has no '@'";
        localPart = spec[..at];
        var writtenDomain = spec[(at + 1)..];
        if (CheckLocalPart(localPart) is { } localProblem)
            return localProblem;
        if (CheckDomain(writtenDomain, out domain) is { } domainProblem)
            return domainProblem;
        return Encoding.UTF8.GetByteCount(localPart) + 1 + domain.Length > MaxAddressBytes
            ? $"the e-mail address is longer than {MaxAddressBytes} bytes"
            : null;
    }

    private static string Unquote(string name)
    {
        if (name.Length < 2 || name[0] != '"' || name[^1] != '"')
            return name;
        var plain = new StringBuilder(name.Length);
        for (var i = 1; i < name.Length - 1; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length - 1)
                i++;
            plain.Append(name[i]);
        }
        return plain.ToString();
    }

    private static string? CheckLocalPart(string local)
    {
        if (local.Length == 0)
            return "the e-mail address has nothing before the '@'";
        if (Encoding.UTF8.GetByteCount(local) > MaxLocalBytes)
            return $"the part before the '@' is longer than {MaxLocalBytes} bytes";
        if (local[0] == '"')
            return IsQuotedString(local) ? null : "the quoted part before the '@' is malformed";
        if (local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return "the part before the '@' has a '.' at its start or end, or two in a row";
        foreach (var c in local)
        {
            if (!IsAtomText(c) && c != '.')
                return $"the part before the '@' has the character '{c}', which needs quotes";
        }
        return null;
    }

    private static bool IsQuotedString(string local)
    {
        if (local.Length < 3 || local[^1] != '"')
            return false;
        for (var i = 1; i < local.Length - 1; i++)
        {
            if (local[i] == '"')
                return false;
            if (local[i] == '\\' && ++i == local.Length - 1)
                return false;
        }
        return true;
    }

    internal static bool IsAtomText(char c) =>
        char.IsAsciiLetterOrDigit(c) || c >= 0x80 && !char.IsWhiteSpace(c) || "!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal);

    private static string? CheckDomain(string written, out string domain)
    {
        domain = written;
        if (written.Length == 0)
            return "the e-mail address has nothing after the '@'";
        if (written[0] == '[')
            return IsAddressLiteral(written) ? null : "the address literal after the '@' is malformed";
        if (!Ascii.IsValid(written))
        {
            try
            {
                domain = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(written);
            }
            catch (ArgumentException)
            {
                return "the domain is not a valid internationalised name";
            }
        }

        if (domain.Length > 253)
            return "the domain is longer than 253 characters";
        foreach (var label in domain.Split('.'))
        {
            if (label.Length == 0)
                return "the domain has an empty label";
            if (label.Length > 63)
                return "the domain has a label longer than 63 characters";
            if (label[0] == '-' || label[^1] == '-')
                return "the domain has a label that starts or ends with '-'";
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return $"the domain has the character '{c}'";
            }
        }
        return null;
    }

    private static bool IsAddressLiteral(string text)
    {
        if (text[^1] != ']')
            return false;
        var inner = text[1..^1];
        if (inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            return inner.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.' or 'I' or 'P' or 'v')
                && IPAddress.TryParse(inner.AsSpan(5), out var v6)
                && v6.AddressFamily == AddressFamily.InterNetworkV6;
        return inner.Count(c => c == '.') == 3
            && inner.All(c => char.IsAsciiDigit(c) || c == '.')
            && IPAddress.TryParse(inner, out var v4)
            && v4.AddressFamily == AddressFamily.InterNetwork;
    }
}
