using Transponder.Core.Egress;
using Transponder.Core.Egress.Formats;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Sinks;

namespace Transponder.Server.Configuration.Sections;

/// <summary>Which section names a sink: they differ in what is so when nothing is said.</summary>
internal enum SinkOrigin
{
    /// <summary>Flyte's <c>cloudEvents</c>.</summary>
    CloudEvents,

    /// <summary>Flyte's <c>externalEvents</c>: raw requests.</summary>
    ExternalEvents,

    /// <summary>One of ours, under <c>sinks</c>.</summary>
    Native,
}

/// <summary>The keys that every sink has, whatever its transport. Flyte's keys mean what they mean in Flyte; the others are ours.</summary>
internal static class SinkSection
{
    private static readonly string[] Keys =
    [
        "cloudEventVersion",
        "compat",
        "eventsPublisher",
        "filter",
        "format",
        "fromStart",
        "mode",
        "quarantineLimit",
        "source",
        "type",
    ];

    /// <summary>A sink; null when it is switched off, wants nothing, or is mistaken, which is noted.</summary>
    public static SinkOptions? Read(ConfigSection section, SinkOrigin origin, OutboundPolicy outbound)
    {
        section.Ignore("reconnectAttempts", "reconnectDelaySeconds");
        if (!IsEnabled(section, origin) || Transport(section, origin) is not { } transport)
        {
            section.Ignore([.. Keys, .. SinkTypes.Sections]);
            return null;
        }

        var format = SinkFormatSection.Read(section, origin);
        var filter = EventFilterSection.Read(section, origin);
        if (filter is not null && EventFormats.Problem(format, filter.Kinds) is { } problem)
            section.Section("eventsPublisher").Error("eventTypes", problem);
        var fromStart = section.Flag("fromStart", false);
        var quarantineLimit = section.Number("quarantineLimit", 100, 0, 1_000_000);
        section.Ignore([.. SinkTypes.Sections]);
        if (transport.Read(section, outbound) is not { } options || filter is null)
            return null;
        return options with { Filter = filter, Format = format, FromStart = fromStart, QuarantineLimit = quarantineLimit };
    }

    private static bool IsEnabled(ConfigSection section, SinkOrigin origin)
    {
        if (section.IsBlank)
            return origin == SinkOrigin.Native;
        var isEnabled = section.Flag("enable", origin == SinkOrigin.Native);
        if (!isEnabled && !section.Has("enable") && section.Has("type"))
            section.WarnHere("publishes nothing: enable is false unless it is written");
        return isEnabled;
    }

    private static ISinkRegistration? Transport(ConfigSection section, SinkOrigin origin)
    {
        var type =
            origin == SinkOrigin.Native
                ? section.Required("type", $"what kind of sink this is; known: {SinkTypes.Known}")
                : section.Text("type", "local");
        if (type.Length == 0)
            return null;
        if (SinkTypes.Find(type) is { } found)
            return found;
        if (type.ToLowerInvariant() is "local" or "sandbox")
            section.Warn("type", $"\"{type}\" publishes nothing, as in Flyte; known: {SinkTypes.Known}");
        else
            section.Error("type", $"\"{type}\" is not a type of sink; known: {SinkTypes.Known}, and local for none");
        return null;
    }
}
