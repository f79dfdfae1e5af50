using Transponder.Notifiers.Plugins;
using Transponder.Server.Configuration.Reference;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Configuration;

/// <summary>From files to checked options: every problem is found in one go.</summary>
public static class ConfigLoader
{
    /// <summary>Reads files, each later one laid over those before it.</summary>
    /// <param name="files">The files; none = all defaults.</param>
    /// <param name="plugins">Types of channel besides those that are built in and those that the configuration loads.</param>
    public static ConfigResult Load(IReadOnlyList<string> files, params IReadOnlyList<NotifierPlugin> plugins)
    {
        var problems = new List<ConfigProblem>();
        ConfigValue? root = null;
        foreach (var file in files)
        {
            if (YamlFile.Read(file, problems) is not { } read)
                continue;
            var value = HelmSpellings.Resolve(read, problems);
            root = root is null ? value : root.Under(value);
        }

        return Read(root, problems, plugins: plugins);
    }

    /// <summary>Reads a text that stands for a file.</summary>
    /// <param name="name">How problems call it.</param>
    /// <param name="yaml">The text.</param>
    /// <param name="plugins">Types of channel besides those that are built in and those that the configuration loads.</param>
    public static ConfigResult Parse(string name, string yaml, params IReadOnlyList<NotifierPlugin> plugins)
    {
        var problems = new List<ConfigProblem>();
        return Read(
            YamlFile.Parse(name, yaml, problems) is { } root ? HelmSpellings.Resolve(root, problems) : null,
            problems,
            plugins: plugins
        );
    }

    /// <summary>Reads a text, and notes every key that is asked for.</summary>
    internal static void Note(string yaml, KeyNotes notes)
    {
        var problems = new List<ConfigProblem>();
        Read(YamlFile.Parse("sample.yaml", yaml, problems), problems, notes, [new SamplePlugin()]);
    }

    private static ConfigResult Read(
        ConfigValue? root,
        List<ConfigProblem> problems,
        KeyNotes? notes = null,
        IReadOnlyList<NotifierPlugin>? plugins = null
    )
    {
        var top = new ConfigSection(
            root
                ?? new ConfigValue
                {
                    File = "",
                    Line = 0,
                    Key = "",
                },
            problems,
            notes
        );
        var outbound = OutboundSection.Read(top.Section("outbound"));
        var domains = CatalogSection.Domains(top);
        var auth = AuthSection.Read(top.Section("auth"), domains);
        var wire = ServerSection.Read(top.Section("server"), auth.IsOn, out var grace);
        var types = PluginsSection.Read(top.Section("plugins"), plugins ?? []);
        var options = new TransponderOptions
        {
            Wire = wire,
            Auth = auth,
            ShutdownGrace = grace,
            Store = DatabaseSection.Read(top.Section("database")),
            Storage = StorageSection.Read(top, wire),
            Domains = domains,
            Projects = CatalogSection.Projects(top),
            Notifications = NotificationsSection.Read(top.Section("notifications"), top.Section("secrets"), outbound),
            Channels = ChannelsSection.Read(top.Section("channels"), outbound, types),
            Recipients = RecipientsSection.Read(top.Section("recipients")),
            Outbound = outbound,
            Ingestion = ExecutionsSection.Read(top.Section("executions")),
            Telemetry = TelemetrySection.Read(top.Section("telemetry")),
            Retention = RetentionSection.Read(top.Section("retention")),
            Delivery = DeliverySection.Read(top.Section("delivery"), top.Section("console")),
            Egress = EgressSection.Read(top.Section("egress")),
            Sinks = SinksSection.Read(top, outbound),
        };
        RecipientsSection.Check(top.Section("recipients"), options);
        top.Ignore([.. FlyteSections.NotOurs, .. HelmSpellings.Sections]);
        top.WarnOfUnknown();
        var ordered = problems.Distinct().OrderBy(problem => problem.File, StringComparer.Ordinal).ThenBy(problem => problem.Line).ToList();
        return new ConfigResult(options, ordered) { Sections = Digests(root) };
    }

    private static Dictionary<string, string> Digests(ConfigValue? root) =>
        (root?.Map ?? new Dictionary<string, ConfigValue>()).ToDictionary(
            section => section.Key,
            section => section.Value.Digest(),
            StringComparer.OrdinalIgnoreCase
        );
}

/// <summary>What loading came to.</summary>
/// <param name="Options">The options; not to be run when there is an error among the problems.</param>
/// <param name="Problems">Errors and warnings by file and line.</param>
public sealed record ConfigResult(TransponderOptions Options, IReadOnlyList<ConfigProblem> Problems)
{
    /// <summary>A digest of each section as written, by which two configurations can be compared without keeping what they say.</summary>
    internal IReadOnlyDictionary<string, string> Sections { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the configuration can be run.</summary>
    /// <param name="strict">Warnings count too.</param>
    public bool IsValid(bool strict = false) => !Problems.Any(problem => problem.IsError || strict);
}
