namespace Transponder.Server.Commands.Demo;

/// <summary>A step of the demo that did not come out as it must; the message says which and what to look at.</summary>
internal sealed class DemoFailure(string message) : Exception(message);
