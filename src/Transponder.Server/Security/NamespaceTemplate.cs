using System.Text.RegularExpressions;

namespace Transponder.Server.Security;

/// <summary>
/// How a namespace is made of project and domain, read backwards. A namespace that could be made in two ways is none: nobody becomes a project by the
/// choice of a name.
/// </summary>
public sealed partial class NamespaceTemplate
{
    private const string Name = "[A-Za-z0-9][A-Za-z0-9_-]{0,62}";

    private readonly string text;
    private readonly bool hasDomain;

    private NamespaceTemplate(string text, bool hasDomain) => (this.text, this.hasDomain) = (text, hasDomain);

    /// <summary>Flyte's default.</summary>
    public const string Default = "{{ project }}-{{ domain }}";

    /// <summary>Reads a template; null when it is wrong.</summary>
    /// <param name="text">The template, with <c>{{ project }}</c> and perhaps <c>{{ domain }}</c>.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    public static NamespaceTemplate? Parse(string text, out string? problem)
    {
        var tokens = Token().Matches(text).Select(match => match.Groups[1].Value).ToArray();
        problem =
            tokens.FirstOrDefault(token => token is not ("project" or "domain")) is { } unknown
                ? $"{{{{ {unknown} }}}} is neither {{{{ project }}}} nor {{{{ domain }}}}"
            : tokens.Count(token => token == "project") != 1 ? "must hold {{ project }} once, since nothing else says whose pods they are"
            : tokens.Count(token => token == "domain") > 1 ? "holds {{ domain }} twice"
            : !Rest().IsMatch(Token().Replace(text, "")) ? "makes no names of namespaces: lower-case letters, digits and -"
            : null;
        return problem is null ? new NamespaceTemplate(text, tokens.Contains("domain")) : null;
    }

    /// <summary>What a namespace stands for: nothing, one project (with its domain, where the template tells it), or more when it is ambiguous.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="domains">The domains that there are.</param>
    public IReadOnlyList<(string Project, string? Domain)> Read(string name, IReadOnlyList<string> domains)
    {
        ArgumentNullException.ThrowIfNull(domains);
        return
        [
            .. (hasDomain ? domains : [null!])
                .Select(domain => (Match: Pattern(domain).Match(name), Domain: (string?)domain))
                .Where(one => one.Match.Success)
                .Select(one => (one.Match.Groups["project"].Value, one.Domain)),
        ];
    }

    /// <inheritdoc />
    public override string ToString() => text;

    private Regex Pattern(string? domain)
    {
        var parts = Token().Split(text);
        var pattern = string.Concat(
            parts.Select(
                (part, i) =>
                    i % 2 == 0 ? Regex.Escape(part)
                    : part == "project" ? $"(?<project>{Name})"
                    : Regex.Escape(domain ?? "")
            )
        );
        return new Regex($"^{pattern}\\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    [GeneratedRegex(@"\{\{\s*([^{}]*?)\s*\}\}")]
    private static partial Regex Token();

    [GeneratedRegex("^[a-z0-9-]*$")]
    private static partial Regex Rest();
}
