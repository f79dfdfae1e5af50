using Transponder.Notifiers;
using Transponder.Notifiers.Templates;

namespace Transponder.Core.Delivery;

/// <summary>A channel of the configuration, ready to send: how its messages are written, sent and limited.</summary>
/// <param name="Name">Its name: <c>email</c>, or a key under <c>channels</c>.</param>
/// <param name="Notifier">What sends.</param>
/// <param name="Title">The subject or headline.</param>
/// <param name="Body">The text; a notification's own template replaces it.</param>
/// <param name="Format">How <paramref name="Body"/> is written.</param>
/// <param name="Limits">How fast, how many at once, and how patiently.</param>
public sealed record Channel(string Name, Notifier Notifier, Template Title, Template Body, BodyFormat Format, ChannelLimits Limits)
{
    /// <summary>What one incident is about, for a channel that tracks them.</summary>
    public IncidentScope IncidentScope { get; init; } = IncidentScope.LaunchPlan;

    /// <summary>The projects whose executions may use it; null = all.</summary>
    public IReadOnlySet<string>? Projects { get; init; }

    /// <summary>The domains whose executions may use it; null = all.</summary>
    public IReadOnlySet<string>? Domains { get; init; }

    /// <summary>Whether an execution there may use it.</summary>
    /// <param name="project">The execution's project.</param>
    /// <param name="domain">The execution's domain.</param>
    public bool IsOpenTo(string project, string domain) => (Projects?.Contains(project) ?? true) && (Domains?.Contains(domain) ?? true);
}

/// <summary>What one incident is about.</summary>
public enum IncidentScope
{
    /// <summary>A launch plan: its next success ends what its failures opened.</summary>
    LaunchPlan,

    /// <summary>A single execution.</summary>
    Execution,
}

/// <summary>How fast, how many at once, and how patiently a channel's destinations are sent to.</summary>
public sealed record ChannelLimits
{
    /// <summary>When failed deliveries are tried again.</summary>
    public RetrySchedule Schedule { get; init; } = RetrySchedule.Webhook;

    /// <summary>How many messages are under way to one destination at once.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Messages per second to one destination; null = no limit until the provider asks for one.</summary>
    public double? Rate { get; init; }

    /// <summary>How many messages may go at once where <see cref="Rate"/> is set.</summary>
    public int Burst { get; init; } = 10;
}

/// <summary>The channels of the configuration, by name. Owns their notifiers.</summary>
public sealed class ChannelSet : IAsyncDisposable
{
    private readonly Dictionary<string, Channel> channels;

    /// <summary>Makes the set.</summary>
    /// <param name="channels">The channels, each with a name of its own.</param>
    public ChannelSet(params IEnumerable<Channel> channels) =>
        this.channels = channels.ToDictionary(channel => channel.Name, StringComparer.Ordinal);

    /// <summary>All channels.</summary>
    public IReadOnlyCollection<Channel> All => channels.Values;

    /// <summary>The channel of that name; null when the configuration has none.</summary>
    /// <param name="name">The name.</param>
    public Channel? Find(string name) => channels.GetValueOrDefault(name);

    /// <summary>Closes the connections that the channels keep.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels.Values)
            await channel.Notifier.DisposeAsync().ConfigureAwait(false);
    }
}
