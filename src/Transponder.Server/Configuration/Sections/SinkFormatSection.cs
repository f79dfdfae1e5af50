using Transponder.Core.Egress.Formats;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>format</c>, <c>compat</c>, <c>cloudEventVersion</c> and <c>source</c>: the form of a sink's messages.</summary>
internal static class SinkFormatSection
{
    public static EventFormatOptions Read(ConfigSection section, SinkOrigin origin)
    {
        var publisher = section.Section("eventsPublisher");
        var preset = origin == SinkOrigin.ExternalEvents ? EventForm.Raw : EventForm.CloudEvents;
        var options = new EventFormatOptions
        {
            Form = section.Choice("format", preset, ("cloudevents", EventForm.CloudEvents), ("raw", EventForm.Raw)),
            Version = Version(section),
            EnrichAllWorkflowEvents = publisher.Flag("enrichAllWorkflowEventTypes", false),
            Compatibility = section.Choice(
                "compat",
                EventCompatibility.None,
                ("none", EventCompatibility.None),
                ("flyte", EventCompatibility.Flyte),
                ("documented", EventCompatibility.Documented)
            ),
            Source = section.Text("source"),
        };
        if (EventFormats.Problem(options) is { } problem)
            section.Error(options.Compatibility == EventCompatibility.None ? "source" : "compat", problem);
        if (options is { EnrichAllWorkflowEvents: true, Version: CloudEventSet.V1, Form: EventForm.CloudEvents })
            publisher.Warn("enrichAllWorkflowEventTypes", "has no effect without cloudEventVersion: v2");
        return options;
    }

    // Upstream takes every other word for v1.
    private static CloudEventSet Version(ConfigSection section)
    {
        var version = section.Text("cloudEventVersion", "v1");
        if (version is not ("v1" or "v2"))
            section.Warn("cloudEventVersion", $"\"{version}\" is neither v1 nor v2, and counts as v1, as in Flyte");
        return version == "v2" ? CloudEventSet.V2 : CloudEventSet.V1;
    }
}
