using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.Collections;
using Transponder.Core.Executions;

namespace Transponder.Core.Egress;

/// <summary>What filters and formats want to know of an execution beside its events; it never changes.</summary>
public sealed class ExecutionFacts
{
    /// <summary>The facts of an execution.</summary>
    /// <param name="origin">What it was started from.</param>
    public ExecutionFacts(ExecutionOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        Workflow = origin.Workflow;
        var spec = ExecutionSpec.Parser.ParseFrom(origin.Spec);
        LaunchPlan = spec.LaunchPlan;
        Metadata = spec.Metadata ?? new ExecutionMetadata();
        LabelMap = spec.Labels?.Values ?? [];
        Labels = LabelMap.AsReadOnly();
    }

    /// <summary>The workflow that runs.</summary>
    public EntityKey Workflow { get; }

    /// <summary>What was launched: a launch plan, or a task that runs alone; null when the execution does not say.</summary>
    public Identifier? LaunchPlan { get; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>The same as the message's own map.</summary>
    internal MapField<string, string> LabelMap { get; }

    /// <summary>Who started it, and from what.</summary>
    internal ExecutionMetadata Metadata { get; }
}
