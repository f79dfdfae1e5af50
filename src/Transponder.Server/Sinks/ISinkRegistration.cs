using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;

namespace Transponder.Server.Sinks;

/// <summary>A type of sink that the configuration may name.</summary>
internal interface ISinkRegistration
{
    /// <summary>What <c>type</c> says; the transport's own keys stand in the section of <see cref="Section"/>.</summary>
    string Type { get; }

    /// <summary>The key of the map with the transport's own keys, within the sink's section.</summary>
    string Section { get; }

    /// <summary>Reads and checks a sink's own keys; every problem is noted in the section. Null when nothing could be made of it.</summary>
    /// <param name="sink">The sink's section; its name, filter and format are read elsewhere.</param>
    /// <param name="outbound">Where requests to URLs may go.</param>
    SinkOptions? Read(ConfigSection sink, OutboundPolicy outbound);
}
