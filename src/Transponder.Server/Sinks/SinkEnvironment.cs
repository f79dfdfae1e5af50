using Transponder.Notifiers.Outbound;

namespace Transponder.Server.Sinks;

/// <summary>What all sinks of one configuration share.</summary>
/// <param name="Http">The guarded way out to URLs.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logs">Where they say what goes on.</param>
internal sealed record SinkEnvironment(OutboundHttp Http, TimeProvider Time, ILoggerFactory Logs);
