using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Server.Channels;

/// <summary>One channel under <c>channels</c>, read and checked. Each type of channel derives its own; none sees another.</summary>
public abstract record ChannelOptions
{
    /// <summary>The headline's template; null = the default.</summary>
    public string? Title { get; init; }

    /// <summary>The body's template; null = the default.</summary>
    public string? Body { get; init; }

    /// <summary>The projects whose executions may use it; null = all.</summary>
    public IReadOnlySet<string>? Projects { get; init; }

    /// <summary>The domains whose executions may use it; null = all.</summary>
    public IReadOnlySet<string>? Domains { get; init; }

    /// <summary>How the body is written.</summary>
    internal virtual BodyFormat Format => BodyFormat.Text;

    /// <summary>The body where the configuration has none, in the same format.</summary>
    internal virtual Template DefaultBody => DefaultTemplates.TextBody;

    /// <summary>Where it leads, in a few words for people; empty = nothing worth a word.</summary>
    internal virtual string Summary => "";

    /// <summary>How fast, how many at once, and how patiently.</summary>
    internal abstract ChannelLimits Limits { get; }

    /// <summary>What one incident is about, for a channel that tracks them.</summary>
    internal virtual IncidentScope IncidentScope => IncidentScope.LaunchPlan;

    /// <summary>Says what is wrong with a target for this channel; null when it is fine.</summary>
    /// <param name="target">The part of the address after the channel's name; null when there is none.</param>
    internal abstract string? CheckTarget(string? target);

    /// <summary>Makes what sends.</summary>
    /// <param name="http">The way out, shared by all channels.</param>
    /// <param name="time">The clock.</param>
    internal abstract Notifier CreateNotifier(OutboundHttp http, TimeProvider time);
}
