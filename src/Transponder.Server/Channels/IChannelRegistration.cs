using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Channels;

/// <summary>A type of channel that the configuration may name.</summary>
internal interface IChannelRegistration
{
    /// <summary>What <c>type</c> says.</summary>
    string Type { get; }

    /// <summary>Reads and checks a channel's own keys; every problem is noted in the section. Null when nothing could be made of it.</summary>
    /// <param name="section">The channel's section; its type, title and body are read elsewhere.</param>
    /// <param name="outbound">Where requests may go.</param>
    ChannelOptions? Read(ConfigSection section, OutboundPolicy outbound);
}
