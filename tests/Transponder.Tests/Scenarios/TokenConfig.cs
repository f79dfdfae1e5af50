using Transponder.Tests.Rig;

namespace Transponder.Tests.Scenarios;

/// <summary>Configurations with tokens, whose secrets lie in files: the secret of token <c>x</c> is <c>the-secret-of-token-x</c>.</summary>
public sealed class TokenConfig : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly List<string> tokens = [];

    /// <summary>The <c>auth</c> section so far.</summary>
    public string Yaml => $"auth:\n  tokens:\n{string.Concat(tokens)}";

    public static string Secret(string name) => $"the-secret-of-token-{name}";

    /// <param name="name">The token's name.</param>
    /// <param name="roles">Its roles, separated by commas.</param>
    /// <param name="projects">Its projects; none = all.</param>
    public TokenConfig Add(string name, string roles, params IReadOnlyCollection<string> projects)
    {
        var file = folder.Write($"{name}.token", Secret(name) + "\n");
        var confined = projects.Count == 0 ? "" : $", projects: [{string.Join(", ", projects)}]";
        tokens.Add($"    - {{ name: {name}, secret: {{ file: {file} }}, roles: [{roles}]{confined} }}\n");
        return this;
    }

    public void Dispose() => folder.Dispose();
}
