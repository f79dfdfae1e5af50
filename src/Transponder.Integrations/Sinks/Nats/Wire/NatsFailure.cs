namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>The connection could not be made, or broke; the message is one line for people. Caught at the sink.</summary>
internal sealed class NatsFailure(string message) : Exception(message);
