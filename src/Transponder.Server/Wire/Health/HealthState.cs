using System.Collections.Concurrent;

namespace Transponder.Server.Wire.Health;

/// <summary>Whether the server takes calls, by service name as <c>grpc.health.v1</c> asks for it; every set wakes the watchers.</summary>
public sealed class HealthState
{
    private readonly ConcurrentDictionary<string, bool> serving = new(StringComparer.Ordinal);
    private TaskCompletionSource change = NewChange();

    /// <summary>Knows the server as a whole and <c>flyteadmin</c>, both not serving yet.</summary>
    public HealthState() => SetAll(false);

    /// <summary>Sets the server as a whole and <c>flyteadmin</c>.</summary>
    public void SetAll(bool isServing)
    {
        Set("", isServing);
        Set("flyteadmin", isServing);
    }

    /// <summary>Sets one service.</summary>
    public void Set(string service, bool isServing)
    {
        serving[service] = isServing;
        Interlocked.Exchange(ref change, NewChange()).SetResult();
    }

    /// <summary>Whether the service serves; null if nobody has set it.</summary>
    public bool? IsServing(string service) => serving.TryGetValue(service, out var value) ? value : null;

    internal IEnumerable<KeyValuePair<string, bool>> Snapshot() => serving;

    // Taken before the state is read, so that no change falls between the two.
    internal Task NextChange() => Volatile.Read(ref change).Task;

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
