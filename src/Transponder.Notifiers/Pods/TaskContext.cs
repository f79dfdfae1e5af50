namespace Transponder.Notifiers.Pods;

/// <summary>
/// On whose behalf messages are sent: the execution, its secrets, the clock and how often to try. Immutable; one notifier serves any number of
/// contexts at once, each given per call.
/// </summary>
public sealed record TaskContext
{
    private static readonly Lazy<TaskContext> Own = new(() => FromPod());

    private TaskContext(TaskSecrets secrets) => Secrets = secrets;

    /// <summary>The context of this process's own pod, read once, at its first use.</summary>
    public static TaskContext Current => Own.Value;

    /// <summary>The execution that messages speak of; null outside of Flyte.</summary>
    public ExecutionInfo? Execution { get; init; }

    /// <summary>Whom messages without a target of their own are for: an e-mail address, a Slack channel; null = the channel itself.</summary>
    public string? Target { get; init; }

    /// <summary>How often a message is tried, and for how long.</summary>
    public RetryPolicy Retry { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the ids of messages.</summary>
    public Func<string> NewId { get; init; } = () => "msg_" + Guid.CreateVersion7().ToString("N");

    internal TaskSecrets Secrets { get; }

    internal ThreadReceipts Threads { get; private init; } = new();

    internal UpdateReceipts Updates { get; init; } = new();

    /// <summary>Reads the pod's environment as Flyte writes it.</summary>
    /// <param name="options">What the environment does not say; null = nothing.</param>
    public static TaskContext FromPod(PodOptions? options = null) => From(PodEnvironment.Read(), options ?? new PodOptions());

    /// <summary>A context for an execution that runs elsewhere, for a service that speaks for many; secrets are this pod's.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="options">How this pod differs from Flyte's defaults; null = not at all.</param>
    public static TaskContext For(ExecutionInfo execution, PodOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(execution);
        return FromPod(options) with { Execution = execution };
    }

    /// <summary>
    /// A secret as Flyte mounts it: the variable <c>_FSEC_GROUP_KEY</c>, else the file <c>/etc/secrets/group/key</c>, white space around it removed.
    /// Outside of Flyte the variable <c>GROUP_KEY</c> serves too. From now on the value is masked in this context's messages.
    /// </summary>
    /// <param name="group">The secret's group; null or empty when it has none.</param>
    /// <param name="key">The secret's key.</param>
    public SecretRef Secret(string? group, string key) => Secrets.Find(group, key);

    /// <summary>A message of this context: with an id, the time, the execution and its thread.</summary>
    /// <param name="title">The headline, in one line.</param>
    /// <param name="body">The text, plain.</param>
    /// <param name="severity">How urgent it is.</param>
    public Message Compose(string title, string body = "", Severity severity = Severity.Info)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(body);
        return Complete(
            new Message
            {
                Id = NewId(),
                Title = title,
                Body = body,
                Severity = severity,
                CreatedAt = Time.GetUtcNow(),
            }
        );
    }

    /// <summary>The message with what the context knows and it does not say, and with nothing in it that is secret.</summary>
    internal Message Complete(Message message)
    {
        var execution = message.Execution ?? Execution;
        return message with
        {
            Title = Secrets.Mask(message.Title),
            Body = Secrets.Mask(message.Body),
            Fields = [.. message.Fields.Select(field => field with { Name = Secrets.Mask(field.Name), Value = Secrets.Mask(field.Value) })],
            Links = [.. message.Links.Select(link => new MessageLink(Secrets.Mask(link.Text), Secrets.Mask(link.Url)))],
            Target = message.Target ?? Target,
            Execution = execution,
            ThreadKey = message.ThreadKey ?? (execution is null ? null : $"{execution.Project}/{execution.Domain}/{execution.Name}"),
        };
    }

    /// <summary>The message where it belongs in a channel: under its thread's first, in its predecessor's place.</summary>
    internal Message Place(Notifier channel, Message message) => Updates.Continue(channel, Threads.Continue(channel, message));

    /// <summary>Takes note of where a channel put a message.</summary>
    internal void Remember(Notifier channel, Message message, DeliveryResult result)
    {
        Threads.Remember(channel, message, result);
        Updates.Remember(channel, message, result);
    }

    internal static TaskContext From(PodEnvironment environment, PodOptions options)
    {
        var secrets = new TaskSecrets(
            options.SecretsPrefix ?? environment.SecretsPrefix ?? "_FSEC_",
            options.SecretsDirectory ?? environment.SecretsDirectory ?? "/etc/secrets",
            environment.SecretsFilePrefix ?? "",
            environment.Execution is null
        );
        var execution = environment.Execution;
        var template = options.ConsoleUrl ?? environment.ConsoleUrl;
        return new TaskContext(secrets)
        {
            Execution = execution is null ? null : execution with { ConsoleUrl = Link(template, execution) },
        };
    }

    private static string? Link(string? template, ExecutionInfo execution)
    {
        var url =
            template
                ?.Replace("{project}", Uri.EscapeDataString(execution.Project), StringComparison.Ordinal)
                .Replace("{domain}", Uri.EscapeDataString(execution.Domain), StringComparison.Ordinal)
                .Replace("{name}", Uri.EscapeDataString(execution.Name), StringComparison.Ordinal)
            ?? execution.ConsoleUrl;
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" ? url : null;
    }
}
