using System.Collections.Concurrent;

namespace Transponder.Tests.Server.Wire;

/// <summary>The calls that wait in their handlers until they are cancelled, by the names that their callers gave them.</summary>
internal sealed class ScriptedWaits
{
    private readonly ConcurrentDictionary<string, bool> calls = new();

    /// <summary>Names of calls that are at work, or were.</summary>
    public ICollection<string> Begun => calls.Keys;

    /// <summary>Whether every call that began was cancelled.</summary>
    public bool AllEnded => calls.Values.All(ended => ended);

    public async Task WaitAsync(string name, CancellationToken cancellationToken)
    {
        calls[name] = false;
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            calls[name] = true;
        }
    }
}
