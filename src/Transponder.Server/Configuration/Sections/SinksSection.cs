using System.Text.RegularExpressions;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Sinks;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>cloudEvents</c> and <c>externalEvents</c>, as Flyte reads them, and <c>sinks</c>, any number with the same keys.</summary>
internal static partial class SinksSection
{
    private const string CloudEvents = "cloudEvents";
    private const string ExternalEvents = "externalEvents";

    public static IReadOnlyList<SinkOptions> Read(ConfigSection top, OutboundPolicy outbound)
    {
        var read = new List<(ConfigSection Section, SinkOptions Options)>();
        foreach (var (name, origin) in new[] { (CloudEvents, SinkOrigin.CloudEvents), (ExternalEvents, SinkOrigin.ExternalEvents) })
            Add(read, top.Section(name), name, origin, outbound);
        var sinks = top.Section("sinks");
        foreach (var name in sinks.Keys)
        {
            var section = sinks.Section(name);
            if (Name().IsMatch(name))
                Add(read, section, name, SinkOrigin.Native, outbound);
            else
                section.ErrorHere($"\"{name}\" is not a sink's name: lower-case letters, digits and -, at most 63");
        }

        SharedTopics.Warn(read, top.Section("notifications"));
        var way = top.Section("outbound").Digest;
        return [.. read.Select(one => one.Options with { Digest = one.Section.Digest + way })];
    }

    private static void Add(
        List<(ConfigSection Section, SinkOptions Options)> read,
        ConfigSection section,
        string name,
        SinkOrigin origin,
        OutboundPolicy outbound
    )
    {
        if (SinkSection.Read(section, origin, outbound) is { } options)
            read.Add((section, options with { Name = name }));
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$")]
    private static partial Regex Name();
}
