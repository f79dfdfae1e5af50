using System.Text;
using Transponder.Core.Catalog;

namespace Transponder.Core.Data;

/// <summary>Keys of users' files: what no path can be read out of is refused, whatever the store.</summary>
public static class ArtifactKey
{
    // S3's limit for a key, and a file system's for one name.
    private const int LongestKey = 1024;
    private const int LongestSegment = 255;

    /// <summary>Joins parts; a part may have slashes of its own.</summary>
    /// <param name="parts">Each part with the name of its field; empty parts are left out.</param>
    public static string Join(params IReadOnlyList<(string Field, string Text)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach (var (field, text) in parts.Where(part => part.Text.Length > 0))
        {
            if (!IsPlain(text))
                throw IdentifierRules.Invalid($"{field} is no plain path: no empty, . or .. parts, no backslashes, no control characters");
        }

        var key = string.Join('/', parts.Select(part => part.Text).Where(text => text.Length > 0));
        return Encoding.UTF8.GetByteCount(key) <= LongestKey
            ? key
            : throw IdentifierRules.Invalid($"the file's path has more than {LongestKey} bytes");
    }

    /// <summary>Whether a text is a key: plain segments between slashes.</summary>
    /// <param name="text">The text.</param>
    public static bool IsPlain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/')
            .All(segment =>
                segment is not ("" or "." or "..")
                && Encoding.UTF8.GetByteCount(segment) <= LongestSegment
                && !segment.Any(c => c is '\\' || char.IsControl(c) || char.IsSurrogate(c) && !IsPaired(segment))
            );
    }

    private static bool IsPaired(string segment) => !segment.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);
}
