using Transponder.Server.Sinks;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>format</c>, <c>compat</c> and <c>cloudEventVersion</c>: the form of a sink's messages.</summary>
internal static class SinkFormatSection
{
    public static SinkFormatOptions Read(ConfigSection section, SinkOrigin origin)
    {
        var publisher = section.Section("eventsPublisher");
        var options = new SinkFormatOptions
        {
            Raw = section.Choice("format", origin == SinkOrigin.ExternalEvents, ("cloudevents", false), ("raw", true)),
            V2 = IsV2(section),
            EnrichAllWorkflowEventTypes = publisher.Flag("enrichAllWorkflowEventTypes", false),
            Compat = section.Choice(
                "compat",
                SinkCompat.None,
                ("none", SinkCompat.None),
                ("flyte", SinkCompat.Flyte),
                ("documented", SinkCompat.Documented)
            ),
        };
        if (options is { Raw: true, V2: true } or { Raw: true, Compat: not SinkCompat.None })
            section.Error(
                options.V2 ? "cloudEventVersion" : "compat",
                "has no meaning where format is raw: the requests leave as they came"
            );
        else if (options is { V2: true, Compat: SinkCompat.Documented })
            section.Error("cloudEventVersion", "v2 is not what compat: documented reproduces; leave out one of them");
        if (options is { EnrichAllWorkflowEventTypes: true, V2: false })
            publisher.Warn("enrichAllWorkflowEventTypes", "has no effect without cloudEventVersion: v2");
        return options;
    }

    // Upstream takes every other word for v1.
    private static bool IsV2(ConfigSection section)
    {
        var version = section.Text("cloudEventVersion", "v1");
        if (version is not ("v1" or "v2"))
            section.Warn("cloudEventVersion", $"\"{version}\" is neither v1 nor v2, and counts as v1, as in Flyte");
        return version == "v2";
    }
}
