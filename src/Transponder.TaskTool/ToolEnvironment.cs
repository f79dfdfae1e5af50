using System.Collections;

namespace Transponder.TaskTool;

/// <summary>What the tool is told by environment variables: the only place that reads them, beside the SDK's own.</summary>
internal sealed record ToolEnvironment
{
    /// <summary>Before the name of a channel, in capitals: the variable whose value is its URL.</summary>
    public const string ChannelPrefix = "TRANSPONDER_CHANNEL_";

    private const int ShortestSecret = 6;

    private static readonly string[] SecretWords = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "WEBHOOK"];
    private static readonly string[] SecretEndings = ["KEY", "_PASS", "_PWD", "_PAT", "_DSN"];

    private IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The configuration file; null = the usual place, if there is one.</summary>
    public string? ConfigFile => Value("TRANSPONDER_TASK_CONFIG");

    /// <summary>Where messages go that name no channel, separated by blanks; null = the configuration file decides.</summary>
    public string? To => Value("TRANSPONDER_TASK_TO");

    /// <summary>Where messages wait that could not be sent; null = the configuration file decides.</summary>
    public string? SpoolDirectory => Value("TRANSPONDER_TASK_SPOOL");

    /// <summary>The directory for temporary files.</summary>
    public string TemporaryDirectory => Value("TMPDIR") ?? "/tmp";

    /// <summary>The variables whose names say that their values are secrets.</summary>
    public IEnumerable<string> SecretVariables
    {
        get
        {
            foreach (var (name, value) in Variables)
            {
                if (value.Length >= ShortestSecret && IsSecret(name))
                    yield return name;
            }
        }
    }

    /// <summary>Reads the process's own environment.</summary>
    public static ToolEnvironment Read()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value })
                variables[name] = value;
        }
        return Of(variables);
    }

    /// <summary>An environment that is given.</summary>
    public static ToolEnvironment Of(IReadOnlyDictionary<string, string> variables) => new() { Variables = variables };

    /// <summary>The URL of a channel that a variable names; null when none does.</summary>
    public string? Channel(string name) => Value(ChannelPrefix + name.Replace('-', '_').ToUpperInvariant());

    /// <summary>The names of the channels that variables name.</summary>
    public IEnumerable<string> Channels =>
        from name in Variables.Keys
        where name.StartsWith(ChannelPrefix, StringComparison.Ordinal)
        select name[ChannelPrefix.Length..].ToLowerInvariant().Replace('_', '-');

    private static bool IsSecret(string name)
    {
        var upper = name.ToUpperInvariant();
        return Array.Exists(SecretWords, word => upper.Contains(word, StringComparison.Ordinal))
            || Array.Exists(SecretEndings, ending => upper.EndsWith(ending, StringComparison.Ordinal));
    }

    private string? Value(string name) => Variables.GetValueOrDefault(name)?.Trim() is { Length: > 0 } value ? value : null;
}
