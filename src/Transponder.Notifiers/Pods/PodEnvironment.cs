using System.Globalization;

namespace Transponder.Notifiers.Pods;

/// <summary>What Flyte writes into the environment of a task's pod. The only place of the SDK, beside secret references, that reads it.</summary>
internal sealed record PodEnvironment
{
    private const string Internal = "FLYTE_INTERNAL_";
    private const string Token = "TRANSPONDER_TOKEN";

    /// <summary>The execution; null outside of Flyte.</summary>
    public ExecutionInfo? Execution { get; private init; }

    /// <summary>What the names of variables with secrets begin with; null when Flyte does not say.</summary>
    public string? SecretsPrefix { get; private init; }

    /// <summary>Where secrets are mounted as files; null when Flyte does not say.</summary>
    public string? SecretsDirectory { get; private init; }

    /// <summary>What the names of files with secrets begin with; null when Flyte does not say.</summary>
    public string? SecretsFilePrefix { get; private init; }

    /// <summary>The console's address as the platform gives it to pods; null when it does not.</summary>
    public string? ConsoleUrl { get; private init; }

    /// <summary>The server that the platform names to pods; null when it names none.</summary>
    public PodServer? Server { get; private init; }

    /// <summary>Reads the process's own environment.</summary>
    public static PodEnvironment Read() => Read(Environment.GetEnvironmentVariable);

    /// <summary>Reads an environment.</summary>
    /// <param name="variable">Gives a variable's value; null when it is not set.</param>
    public static PodEnvironment Read(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
        return new PodEnvironment
        {
            Execution = ExecutionOf(Value),
            SecretsPrefix = Value("FLYTE_SECRETS_ENV_PREFIX"),
            SecretsDirectory = Value("FLYTE_SECRETS_DEFAULT_DIR"),
            SecretsFilePrefix = Value("FLYTE_SECRETS_FILE_PREFIX"),
            ConsoleUrl = Value("TRANSPONDER_CONSOLE_URL"),
            Server = Value("TRANSPONDER_ENDPOINT") is { } endpoint
                ? new PodServer(
                    endpoint,
                    Value(Token) is null ? null : Token,
                    Value("TRANSPONDER_TOKEN_FILE"),
                    Value("TRANSPONDER_CA_FILE")
                )
                : null,
        };
    }

    /// <summary>The values of the variables whose names begin so; none for an empty beginning.</summary>
    public static IEnumerable<string> ValuesUnder(string prefix)
    {
        if (prefix.Length == 0)
            yield break;
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value } && name.StartsWith(prefix, StringComparison.Ordinal))
                yield return value;
        }
    }

    private static ExecutionInfo? ExecutionOf(Func<string, string?> value)
    {
        if (value(Internal + "EXECUTION_ID") is not { } name)
            return null;
        var project = value(Internal + "EXECUTION_PROJECT") ?? "";
        var domain = value(Internal + "EXECUTION_DOMAIN") ?? "";
        return new ExecutionInfo
        {
            Project = project,
            Domain = domain,
            Name = name,
            Phase = "running",
            Task = value(Internal + "TASK_NAME") is { } task
                ? new EntityInfo(
                    value(Internal + "TASK_PROJECT") ?? project,
                    value(Internal + "TASK_DOMAIN") ?? domain,
                    task,
                    value(Internal + "TASK_VERSION") ?? ""
                )
                : null,
            Attempt = int.TryParse(value("FLYTE_ATTEMPT_NUMBER"), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
                ? attempt
                : null,
            ConsoleUrl = value("FLYTE_EXECUTION_URL"),
        };
    }
}

/// <summary>How a pod reaches the server.</summary>
/// <param name="Endpoint">Its HTTP address.</param>
/// <param name="TokenVariable">The variable that holds the token; null when none does.</param>
/// <param name="TokenFile">The file that holds the token; null when none is named.</param>
/// <param name="CaFile">The authorities to trust, PEM; null = the system's.</param>
internal sealed record PodServer(string Endpoint, string? TokenVariable, string? TokenFile, string? CaFile);
