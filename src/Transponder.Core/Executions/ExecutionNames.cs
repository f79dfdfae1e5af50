using System.Text.RegularExpressions;
using Transponder.Core.Catalog;

namespace Transponder.Core.Executions;

/// <summary>The names of executions: what a caller may choose, and what is made up when it chooses none.</summary>
public static partial class ExecutionNames
{
    /// <summary>The most characters that a name may have: it also names a Kubernetes object.</summary>
    public const int LongestName = 63;

    private const int GeneratedLetters = 19;
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Throws <see cref="Protocol.StatusCode.InvalidArgument"/> when a chosen name cannot be used.</summary>
    /// <param name="name">The name.</param>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > LongestName)
            throw IdentifierRules.Invalid($"size of name exceeded length {LongestName}: {name}");
        if (!Pattern().IsMatch(name))
            throw IdentifierRules.Invalid(
                $"invalid name format: {name} must be a lower-case letter followed by lower-case letters, digits and '-'"
            );
    }

    /// <summary>A name that nobody has: <c>a</c> and 19 letters and digits without vowels.</summary>
    /// <param name="random">The randomness.</param>
    public static string Generate(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return "a" + string.Concat(random.GetItems<char>(Alphabet, GeneratedLetters));
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]*\z")]
    private static partial Regex Pattern();
}
