using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Plugins;
using Transponder.Server.Channels;

namespace Transponder.Server.Plugins;

/// <summary>A channel of a type that a plugin adds. A program that hosts the server may make one by itself.</summary>
public sealed record PluginChannelOptions : ChannelOptions
{
    /// <summary>What makes the channel.</summary>
    public required NotifierPlugin Plugin { get; init; }

    /// <summary>The channel's name.</summary>
    public required string Name { get; init; }

    /// <summary>The options that are plain texts.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>The options that are secrets.</summary>
    public IReadOnlyDictionary<string, SecretRef> Secrets { get; init; } = new Dictionary<string, SecretRef>();

    /// <summary>One that was made to check the options: it knows what targets the channel takes.</summary>
    internal Notifier? Checker { get; set; }

    internal override BodyFormat Format => Plugin.Format;

    internal override string Summary => Plugin.Type;

    internal override ChannelLimits Limits => new() { Schedule = RetrySchedule.Webhook, Concurrency = 4 };

    internal override string? CheckTarget(string? target) => Checker?.CheckTarget(target);

    internal override Notifier CreateNotifier(OutboundHttp http, TimeProvider time) => Plugin.Create(OptionsWith(http, time));

    internal NotifierPluginOptions OptionsWith(OutboundHttp http, TimeProvider time) => new(Name, Values, Secrets, http, time);
}
