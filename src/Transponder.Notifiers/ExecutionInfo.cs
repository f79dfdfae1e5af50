namespace Transponder.Notifiers;

/// <summary>What a message says about a workflow execution: the values behind the template tokens and the webhook's JSON. Plain data, unescaped.</summary>
public sealed record ExecutionInfo
{
    /// <summary>The execution's project.</summary>
    public required string Project { get; init; }

    /// <summary>The execution's domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The execution's name, unique within project and domain.</summary>
    public required string Name { get; init; }

    /// <summary>The phase as Flyte's notifications spell it: <c>succeeded</c>, <c>failed</c>, <c>aborted</c>, <c>timed_out</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The workflow that ran; null when unknown.</summary>
    public EntityInfo? Workflow { get; init; }

    /// <summary>The launch plan that was executed (the task, for a single-task execution); null when unknown.</summary>
    public EntityInfo? LaunchPlan { get; init; }

    /// <summary>The task that sends the message from its pod; null when it comes from the platform.</summary>
    public EntityInfo? Task { get; init; }

    /// <summary>Which try of the task it is, 0 being the first; null when unknown.</summary>
    public int? Attempt { get; init; }

    /// <summary>The error's message; null when the event has no error.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The error's code, e.g. <c>USER:Boom</c>; null when the event has no error.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error's kind, <c>user</c>, <c>system</c> or <c>unknown</c>; null when the event has no error.</summary>
    public string? ErrorKind { get; init; }

    /// <summary>When the execution began to run; null when it never did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>From <see cref="StartedAt"/> to <see cref="EndedAt"/>; null when either is.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Why it was aborted; null when it was not.</summary>
    public string? AbortCause { get; init; }

    /// <summary>Who aborted it; null when nobody did.</summary>
    public string? AbortPrincipal { get; init; }

    /// <summary>The cluster it ran on; null when unknown.</summary>
    public string? Cluster { get; init; }

    /// <summary>Where people can look at it; null when no console is configured.</summary>
    public string? ConsoleUrl { get; init; }

    /// <summary>The execution's labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>The full name of a workflow, launch plan or task.</summary>
/// <param name="Project">Its project.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
public sealed record EntityInfo(string Project, string Domain, string Name, string Version);
