namespace Transponder.Server.Commands.Play;

/// <summary>What a played workflow looks like.</summary>
internal enum PlayShape
{
    /// <summary>Three tasks, one after the other.</summary>
    Linear,

    /// <summary>One task, two side by side, and one that waits for both.</summary>
    Diamond,

    /// <summary>A map task with its parts.</summary>
    Map,

    /// <summary>A node that is a workflow of its own within the same execution.</summary>
    Subworkflow,

    /// <summary>A task that makes up a workflow while it runs.</summary>
    Dynamic,

    /// <summary>A node that starts an execution of another launch plan and waits for it.</summary>
    LaunchPlan,
}
