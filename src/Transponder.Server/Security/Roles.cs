namespace Transponder.Server.Security;

/// <summary>What a caller may do; <see cref="Admin"/> includes all others, and each of the others but <see cref="Notifier"/> may read.</summary>
[Flags]
public enum Roles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reads.</summary>
    Viewer = 1,

    /// <summary>Registers, executes, reports events, and ends, relaunches and recovers executions: SDKs and propeller.</summary>
    Producer = 2,

    /// <summary>Ends, relaunches, recovers and updates executions, replays deliveries, sends tests.</summary>
    Operator = 4,

    /// <summary>Changes projects and settings that hold for all.</summary>
    Admin = 8,

    /// <summary>Sends messages of tasks, and nothing else.</summary>
    Notifier = 16,
}
