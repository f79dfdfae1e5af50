namespace Transponder.Integrations.Sinks.Nats.Wire;

/// <summary>Commands that wait for their PONG.</summary>
internal sealed class NatsFlush
{
    public TaskCompletionSource<IReadOnlyCollection<string>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The subjects among them that we may not publish to.</summary>
    public HashSet<string> Denied { get; } = [];
}
