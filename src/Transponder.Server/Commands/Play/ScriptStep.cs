using Transponder.Client;

namespace Transponder.Server.Commands.Play;

/// <summary>One call that a played execution makes.</summary>
/// <param name="Subject">What the call is about, e.g. <c>node n0</c>.</param>
/// <param name="Phase">The phase that it reports, or what it asks for.</param>
/// <param name="SendAsync">Makes the call.</param>
internal sealed record ScriptStep(string Subject, string Phase, Func<AdminClient, CancellationToken, Task> SendAsync);

/// <summary>How a played execution ends.</summary>
internal enum ScriptOutcome
{
    Succeeded,
    Failed,
    Aborted,
}
