using Transponder.Notifiers;

namespace Transponder.TaskTool.Channels;

/// <summary>Finds channels by URL or by name, a variable's before the configuration file's, and opens each once.</summary>
internal sealed class ChannelBook(ToolEnvironment environment, ToolConfig config, ChannelSetting setting)
{
    private readonly Dictionary<string, OpenChannel> open = [];

    /// <summary>The channels that are open.</summary>
    public IReadOnlyCollection<OpenChannel> Open => open.Values;

    /// <summary>Every name that stands for a channel.</summary>
    public IEnumerable<string> Names => config.Channels.Keys.Concat(environment.Channels).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Opens channels; none given = the default ones.</summary>
    /// <param name="wanted">URLs and names.</param>
    /// <param name="problems">Told of each that cannot be opened, in one line.</param>
    public IReadOnlyList<OpenChannel> Find(IReadOnlyList<string> wanted, Action<string> problems)
    {
        var asked = wanted.Count > 0 ? wanted : Defaults();
        if (asked.Count == 0)
            problems("no channel is named, and there is no default: TRANSPONDER_TASK_TO, or default in the configuration file");
        return [.. asked.SelectMany(one => Find(one, problems)).Distinct()];
    }

    /// <summary>The channel that the spool calls so; null when it is not known here.</summary>
    public Notifier? FindSpooled(string name)
    {
        if (open.Values.FirstOrDefault(channel => channel.SpoolName == name) is { } opened)
            return opened.Notifier;
        if (ChannelAddress.IsAddress(name))
            return Find(name, _ => { }).FirstOrDefault()?.Notifier;
        return Names.SelectMany(one => Find(one, _ => { })).FirstOrDefault(channel => channel.SpoolName == name)?.Notifier;
    }

    public async ValueTask CloseAsync()
    {
        foreach (var channel in open.Values)
            await channel.Notifier.DisposeAsync().ConfigureAwait(false);
        setting.Dispose();
    }

    private IReadOnlyList<string> Defaults() =>
        environment.To?.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries) ?? config.Default;

    private IEnumerable<OpenChannel> Find(string wanted, Action<string> problems)
    {
        if (ChannelAddress.IsAddress(wanted))
            return One(wanted, null, problems);
        var urls = environment.Channel(wanted) is { } url ? [url] : config.Channels.GetValueOrDefault(wanted);
        if (urls is null)
        {
            var known = Names.ToList();
            var there = known.Count == 0 ? "no names are configured" : $"there are {string.Join(", ", known)}";
            problems($"there is no channel {wanted}: {there}; a URL such as slack://env:SLACK_WEBHOOK needs no name");
            return [];
        }
        return urls.SelectMany(one => One(one, wanted, problems));
    }

    private List<OpenChannel> One(string url, string? name, Action<string> problems)
    {
        if (open.TryGetValue(url, out var opened))
            return [opened];
        if (!ChannelAddress.TryParse(url, out var address, out var problem))
        {
            problems($"{name ?? "the channel"}: {problem}");
            return [];
        }
        var label = name ?? address.Shown;
        if (ChannelSchemes.Open(address, setting, out problem) is not { } notifier)
        {
            problems($"{label}: {problem}");
            return [];
        }
        return [open[url] = new OpenChannel(label, address.SpoolName, notifier)];
    }
}
