using Google.Protobuf.Reflection;
using Transponder.Core.Egress;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>eventsPublisher.eventTypes</c> and <c>filter</c>: which events a sink wants.</summary>
internal static class EventFilterSection
{
    private static readonly Dictionary<EventKind, EnumDescriptor> Phases = new()
    {
        [EventKind.Workflow] = PhasesOf(Flyteidl.Core.WorkflowExecution.Descriptor),
        [EventKind.Node] = PhasesOf(Flyteidl.Core.NodeExecution.Descriptor),
        [EventKind.Task] = PhasesOf(Flyteidl.Core.TaskExecution.Descriptor),
    };

    /// <summary>The filter; null when it lets nothing through, which is noted.</summary>
    public static EventFilter? Read(ConfigSection sink, SinkOrigin origin)
    {
        var kinds = Kinds(sink.Section("eventsPublisher"), origin);
        var section = sink.Section("filter");
        var filter = new EventFilter
        {
            Kinds = kinds,
            Projects = Set(section.Texts("projects")),
            Domains = Set(section.Texts("domains")),
            Workflows = Set(section.Texts("workflows")),
            LaunchPlans = Set(section.Texts("launchPlans")),
            Phases = PhaseNames(section, kinds),
            Labels = Labels(section.Section("labels")),
        };
        return kinds.Count == 0 ? null : filter;
    }

    private static HashSet<EventKind> Kinds(ConfigSection publisher, SinkOrigin origin)
    {
        var words = publisher.Texts("eventTypes");
        if (words.Count == 0)
            publisher.Warn("eventTypes", "is empty, so nothing is published: name workflow, node, task, or all");
        var kinds = new HashSet<EventKind>();
        foreach (var word in words)
        {
            var (named, problem) = EventTypes.Parse([word]);
            kinds.UnionWith(named);
            if (problem is not null && origin == SinkOrigin.ExternalEvents)
                publisher.Warn("eventTypes", $"{problem}; it is ignored, as in Flyte");
            else if (problem is not null)
                publisher.Error("eventTypes", problem);
        }

        return kinds;
    }

    private static HashSet<string>? PhaseNames(ConfigSection section, HashSet<EventKind> kinds)
    {
        var names = section.Texts("phases").Select(name => name.ToUpperInvariant()).ToHashSet();
        var known = (kinds.Count == 0 ? EventFilter.Upstream : kinds).SelectMany(PhasesOf).ToHashSet();
        foreach (var name in names.Except(known))
            section.Error(
                "phases",
                $"\"{name}\" is no phase of these events; known: {string.Join(", ", known.Order(StringComparer.Ordinal))}"
            );
        return names.Count == 0 ? null : names;
    }

    private static Dictionary<string, string>? Labels(ConfigSection section)
    {
        var labels = section.Keys.ToDictionary(name => name, name => section.Text(name, ""), StringComparer.Ordinal);
        return labels.Count == 0 ? null : labels;
    }

    private static HashSet<string>? Set(IReadOnlyList<string> values) => values.Count == 0 ? null : [.. values];

    private static IEnumerable<string> PhasesOf(EventKind kind) =>
        Phases.TryGetValue(kind, out var flytes)
            ? flytes.Values.Where(phase => phase.Number != 0).Select(phase => phase.Name)
            : ChangeKinds.ChangesOf(kind).Select(change => change.ToText());

    private static EnumDescriptor PhasesOf(MessageDescriptor message) => message.EnumTypes.Single(type => type.Name == "Phase");
}
