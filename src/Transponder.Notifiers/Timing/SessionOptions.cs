namespace Transponder.Notifiers.Timing;

/// <summary>When an interactive session is over, and when its people are warned.</summary>
public sealed record SessionOptions
{
    /// <summary>The session ends when it has been idle for longer than this.</summary>
    public TimeSpan MaxIdle { get; init; } = TimeSpan.FromHours(10);

    /// <summary>How long before the end its people are reminded.</summary>
    public TimeSpan WarnBefore { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the session is looked at; it is looked at sooner when a threshold would be passed before.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What the texts call the server.</summary>
    public string Server { get; init; } = "VSCode server";
}
