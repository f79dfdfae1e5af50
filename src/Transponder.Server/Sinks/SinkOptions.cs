using Transponder.Core.Egress;
using Transponder.Core.Egress.Formats;

namespace Transponder.Server.Sinks;

/// <summary>One sink of the configuration, read and checked. Each type of sink derives its own; none sees another.</summary>
public abstract record SinkOptions
{
    /// <summary>Its name, under which its cursors are kept.</summary>
    public string Name { get; init; } = "";

    /// <summary>True when it begins with the oldest event that is kept, should the store not know it yet.</summary>
    public bool FromStart { get; init; }

    /// <summary>How many messages in a row may go into quarantine; 0 = any number.</summary>
    public int QuarantineLimit { get; init; } = 100;

    /// <summary>Which events it wants.</summary>
    public EventFilter Filter { get; init; } = new() { Kinds = EventFilter.Upstream };

    /// <summary>In which form.</summary>
    public EventFormatOptions Format { get; init; } = new();

    /// <summary>Differs when anything differs that was written for it.</summary>
    internal string Digest { get; init; } = "";

    /// <summary>What <c>type</c> says.</summary>
    internal abstract string Type { get; }

    /// <summary>The topic or subject as configured; empty where there is none.</summary>
    internal virtual string Topic => "";

    /// <summary>The topic, subject or URL, and where it is; two sinks with the same type and target write to the same place.</summary>
    internal abstract string Target { get; }

    /// <summary>The hosts and ports that it connects to, for a look whether they can be reached; empty when it connects to none.</summary>
    internal abstract IReadOnlyList<SinkPeer> Peers { get; }

    /// <summary>What this machine lacks to send, for people; null when it has all.</summary>
    internal virtual string? Missing => null;

    /// <summary>Makes what sends. Nothing is connected yet.</summary>
    /// <param name="environment">What all sinks share.</param>
    internal abstract IEventSink CreateSink(SinkEnvironment environment);

    /// <summary>Whether another one says the same.</summary>
    internal bool IsSame(SinkOptions other) => Name == other.Name && Digest.Length > 0 && Digest == other.Digest;
}
