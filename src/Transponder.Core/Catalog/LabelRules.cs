using System.Text.RegularExpressions;
using Google.Protobuf.Collections;

namespace Transponder.Core.Catalog;

/// <summary>Kubernetes' rules for labels, and Flyte's limit on how many there may be.</summary>
public static partial class LabelRules
{
    /// <summary>The most labels that an entity may carry.</summary>
    public const int MostLabels = 16;

    private const int LongestPrefix = 253;
    private const int LongestName = 63;

    /// <summary>Throws <see cref="Protocol.StatusCode.InvalidArgument"/> naming the label that breaks the rules.</summary>
    /// <param name="labels">The labels; null when there are none.</param>
    /// <param name="field">Their place in the message.</param>
    public static void Check(MapField<string, string>? labels, string field)
    {
        if (labels is null)
            return;
        if (labels.Count > MostLabels)
            throw IdentifierRules.Invalid($"{field} has {labels.Count} entries; at most {MostLabels} are allowed");
        foreach (var (key, value) in labels)
        {
            if (KeyProblem(key) is { } keyProblem)
                throw IdentifierRules.Invalid($"invalid label key [{key}] in {field}: {keyProblem}");
            if (ValueProblem(value) is { } valueProblem)
                throw IdentifierRules.Invalid($"invalid label value [{value}] in {field}: {valueProblem}");
        }
    }

    /// <summary>True when a text is a DNS label: at most 63 of a–z, 0–9 and '-', with a letter or digit at both ends.</summary>
    /// <param name="text">The text.</param>
    public static bool IsDnsLabel(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= LongestName && DnsLabel().IsMatch(text);
    }

    private static string? KeyProblem(string key)
    {
        var slash = key.LastIndexOf('/');
        if (slash >= 0)
        {
            var prefix = key[..slash];
            if (prefix.Length is 0 or > LongestPrefix || !prefix.Split('.').All(p => DnsLabel().IsMatch(p)))
                return "the part before '/' must be a DNS name";
        }
        var name = key[(slash + 1)..];
        if (name.Length is 0 or > LongestName)
            return $"the name must have 1 to {LongestName} characters";
        return QualifiedName().IsMatch(name)
            ? null
            : "the name must be letters, digits, '-', '_' or '.', with a letter or digit at both ends";
    }

    private static string? ValueProblem(string value)
    {
        if (value.Length > LongestName)
            return $"it must have at most {LongestName} characters";
        return value.Length == 0 || QualifiedName().IsMatch(value)
            ? null
            : "it must be letters, digits, '-', '_' or '.', with a letter or digit at both ends";
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z")]
    private static partial Regex QualifiedName();
}
