namespace Transponder.Core.Delivery;

/// <summary>
/// Tells the delivery engine of this process, at once, what it would otherwise find at its next poll. Never blocks, and may be called when no
/// engine listens.
/// </summary>
public sealed class DeliverySignal
{
    private Action<string>? woken;
    private Action? resumed;
    private Func<string, DestinationWorker?>? find;

    /// <summary>New deliveries were committed.</summary>
    /// <param name="destinations">The destinations that have any.</param>
    public void Wake(params IEnumerable<string> destinations)
    {
        ArgumentNullException.ThrowIfNull(destinations);
        if (Volatile.Read(ref woken) is not { } wake)
            return;
        foreach (var destination in destinations)
            wake(destination);
    }

    /// <summary>Destinations may have been resumed, or deliveries made due again.</summary>
    public void Resume() => Volatile.Read(ref resumed)?.Invoke();

    /// <summary>The destination's worker; null when this process has none.</summary>
    internal DestinationWorker? WorkerOf(string destination) => Volatile.Read(ref find)?.Invoke(destination);

    internal void Listen(Action<string>? onWake, Action? onResume, Func<string, DestinationWorker?>? workerOf)
    {
        Volatile.Write(ref find, workerOf);
        Volatile.Write(ref woken, onWake);
        Volatile.Write(ref resumed, onResume);
    }
}
