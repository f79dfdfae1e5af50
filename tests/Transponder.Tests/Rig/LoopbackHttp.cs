using Transponder.Notifiers.Outbound;

namespace Transponder.Tests.Rig;

/// <summary>The way out of channels whose other side is on this machine. It is patient: a machine that stalls is no reason to fail.</summary>
public static class LoopbackHttp
{
    /// <summary>The longest that a channel may be told to wait for an answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Makes one.</summary>
    public static OutboundHttp Open(TimeProvider? time = null) =>
        new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.0/8"], out _), ConnectTimeout = TimeSpan.FromMinutes(1) }, time);
}
