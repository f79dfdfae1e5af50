namespace Transponder.TaskTool.Sending;

/// <summary>What the command line says about sending.</summary>
internal sealed record SendSettings
{
    /// <summary>The longest that sending may hold up the tool's end.</summary>
    public static readonly TimeSpan UsualDeadline = TimeSpan.FromSeconds(10);

    /// <summary>URLs and names of channels; empty = the default ones, null = none are needed.</summary>
    public IReadOnlyList<string>? Channels { get; init; } = [];

    /// <summary>The longest that sending may take.</summary>
    public TimeSpan Deadline { get; init; } = UsualDeadline;

    /// <summary>Whether messages that cannot be sent are kept on disk.</summary>
    public bool Keep { get; init; } = true;

    /// <summary>Whether a message that was not delivered makes the tool fail.</summary>
    public bool Strict { get; init; }
}
