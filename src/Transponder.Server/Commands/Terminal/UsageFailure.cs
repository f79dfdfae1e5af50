namespace Transponder.Server.Commands.Terminal;

/// <summary>Arguments that make no sense together; the message says what to write instead.</summary>
internal sealed class UsageFailure(string message) : Exception(message);
