using Google.Protobuf.Reflection;

namespace Transponder.Core.Executions;

/// <summary>What Flyte's phases mean, and their names on the wire.</summary>
public static class Phases
{
    private static readonly Dictionary<int, string> workflowNames = Names("WorkflowExecution");
    private static readonly Dictionary<int, string> nodeNames = Names("NodeExecution");
    private static readonly Dictionary<int, string> taskNames = Names("TaskExecution");

    /// <summary>True when nothing follows the phase.</summary>
    /// <param name="phase">The phase.</param>
    public static bool IsTerminal(this WorkflowPhase phase) =>
        phase is WorkflowPhase.Succeeded or WorkflowPhase.Failed or WorkflowPhase.TimedOut or WorkflowPhase.Aborted;

    /// <summary>True when nothing follows the phase.</summary>
    /// <param name="phase">The phase.</param>
    public static bool IsTerminal(this NodePhase phase) =>
        phase
            is NodePhase.Succeeded
                or NodePhase.Failed
                or NodePhase.TimedOut
                or NodePhase.Aborted
                or NodePhase.Skipped
                or NodePhase.Recovered;

    /// <summary>True when nothing follows the phase in this attempt.</summary>
    /// <param name="phase">The phase.</param>
    public static bool IsTerminal(this TaskPhase phase) => phase is TaskPhase.Succeeded or TaskPhase.Failed or TaskPhase.Aborted;

    /// <summary>The phase's name on the wire, e.g. <c>TIMED_OUT</c>; the number when it has none.</summary>
    /// <param name="phase">The phase.</param>
    public static string ToText(this WorkflowPhase phase) => Text(workflowNames, (int)phase);

    /// <summary>The phase's name on the wire, e.g. <c>DYNAMIC_RUNNING</c>; the number when it has none.</summary>
    /// <param name="phase">The phase.</param>
    public static string ToText(this NodePhase phase) => Text(nodeNames, (int)phase);

    /// <summary>The phase's name on the wire, e.g. <c>WAITING_FOR_RESOURCES</c>; the number when it has none.</summary>
    /// <param name="phase">The phase.</param>
    public static string ToText(this TaskPhase phase) => Text(taskNames, (int)phase);

    /// <summary>How filters name phases: by name, or by number, which becomes the name.</summary>
    /// <param name="holder">The message that the phases belong to.</param>
    public static Func<string, object> Name(MessageDescriptor holder)
    {
        ArgumentNullException.ThrowIfNull(holder);
        var phases = holder.EnumTypes.Single(type => type.Name == "Phase");
        return text =>
            int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)
            && phases.FindValueByNumber(number) is { } phase
                ? phase.Name
                : text;
    }

    private static string Text(Dictionary<int, string> names, int number) =>
        names.TryGetValue(number, out var name) ? name : number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Dictionary<int, string> Names(string message)
    {
        MessageDescriptor descriptor = Flyteidl.Core.ExecutionReflection.Descriptor.FindTypeByName<MessageDescriptor>(message);
        return descriptor.EnumTypes.Single(type => type.Name == "Phase").Values.ToDictionary(value => value.Number, value => value.Name);
    }
}
