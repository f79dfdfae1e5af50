using Flyteidl.Admin;
using Google.Protobuf;
using static Flyteidl.Admin.MatchingAttributes;

namespace Transponder.Core.Catalog;

/// <summary>Which kind of resource attributes are for, and how a new value joins the stored one.</summary>
internal static class MatchingTargets
{
    /// <summary>The kind; <see cref="Protocol.StatusCode.InvalidArgument"/> when the attributes have no target.</summary>
    public static MatchableResource KindOf(MatchingAttributes? attributes) =>
        (attributes ?? throw IdentifierRules.Missing("attributes.matching_attributes")).TargetCase switch
        {
            TargetOneofCase.TaskResourceAttributes => MatchableResource.TaskResource,
            TargetOneofCase.ClusterResourceAttributes => MatchableResource.ClusterResource,
            TargetOneofCase.ExecutionQueueAttributes => MatchableResource.ExecutionQueue,
            TargetOneofCase.ExecutionClusterLabel => MatchableResource.ExecutionClusterLabel,
            TargetOneofCase.QualityOfService => MatchableResource.QualityOfServiceSpecification,
            TargetOneofCase.PluginOverrides => MatchableResource.PluginOverride,
            TargetOneofCase.WorkflowExecutionConfig => MatchableResource.WorkflowExecutionConfig,
            TargetOneofCase.ClusterAssignment => MatchableResource.ClusterAssignment,
            _ => throw IdentifierRules.Invalid("unrecognized matching attributes: attributes.matching_attributes has no target"),
        };

    /// <summary>The new value, but plugin overrides of task types that it does not name stay as they are.</summary>
    public static byte[] Merge(byte[]? stored, MatchingAttributes attributes)
    {
        if (stored is null || attributes.PluginOverrides is not { } overrides)
            return attributes.ToByteArray();
        var merged = new PluginOverrides();
        var kept = MatchingAttributes.Parser.ParseFrom(stored).PluginOverrides?.Overrides ?? [];
        merged.Overrides.AddRange(kept.Where(old => overrides.Overrides.All(one => one.TaskType != old.TaskType)));
        merged.Overrides.AddRange(overrides.Overrides);
        return new MatchingAttributes { PluginOverrides = merged }.ToByteArray();
    }
}
