namespace Transponder.Notifiers.Channels.Console;

/// <summary>How messages are written to the console.</summary>
public sealed record ConsoleOptions
{
    /// <summary>Whether each message is one line of JSON instead of lines for people.</summary>
    public bool Json { get; init; }

    /// <summary>Whether messages go to standard error instead of standard output.</summary>
    public bool ToStandardError { get; init; }
}
