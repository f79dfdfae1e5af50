using Google.Protobuf.Reflection;

namespace Transponder.Core.Delivery;

/// <summary>Phases as Flyte writes them: <c>TIMED_OUT</c>.</summary>
internal static class PhaseName
{
    private static readonly EnumDescriptor Phases = Flyteidl.Core.WorkflowExecution.Descriptor.EnumTypes.Single(type =>
        type.Name == "Phase"
    );

    public static string Of(WorkflowPhase phase) =>
        Phases.FindValueByNumber((int)phase)?.Name ?? ((int)phase).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
