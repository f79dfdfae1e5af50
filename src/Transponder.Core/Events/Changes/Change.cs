namespace Transponder.Core.Events.Changes;

/// <summary>What happened, in the log's place of a phase. The numbers are stored.</summary>
public enum Change
{
    /// <summary>An execution or a version of a launch plan came to be.</summary>
    Created = 1,

    /// <summary>Somebody asked for an execution's end.</summary>
    Aborted = 2,

    /// <summary>A version of a launch plan became the active one.</summary>
    Activated = 3,

    /// <summary>A version of a launch plan is active no more.</summary>
    Deactivated = 4,

    /// <summary>A version of a workflow, or a project, came to be.</summary>
    Registered = 5,

    /// <summary>A project changed.</summary>
    Updated = 6,

    /// <summary>A notification reached its provider.</summary>
    Delivered = 7,

    /// <summary>A notification was given up.</summary>
    Dead = 8,
}
