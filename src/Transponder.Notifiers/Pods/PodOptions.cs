namespace Transponder.Notifiers.Pods;

/// <summary>What a task's author may say about the pod, where Flyte's own environment does not say it or says it otherwise.</summary>
public sealed record PodOptions
{
    /// <summary>
    /// Where people look at an execution, with <c>{project}</c>, <c>{domain}</c> and <c>{name}</c>; null = the variable <c>TRANSPONDER_CONSOLE_URL</c>,
    /// or else what Flyte gives the pod as <c>FLYTE_EXECUTION_URL</c>.
    /// </summary>
    public string? ConsoleUrl { get; init; }

    /// <summary>What the variables of secrets begin with; null = <c>FLYTE_SECRETS_ENV_PREFIX</c>, or else <c>_FSEC_</c>.</summary>
    public string? SecretsPrefix { get; init; }

    /// <summary>Where the files of secrets are; null = <c>FLYTE_SECRETS_DEFAULT_DIR</c>, or else <c>/etc/secrets</c>.</summary>
    public string? SecretsDirectory { get; init; }
}
