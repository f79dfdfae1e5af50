using System.Collections.Concurrent;
using Transponder.Notifiers;

namespace Transponder.Tests.Core.Delivery;

/// <summary>A channel that answers as a test says, and remembers what it was given.</summary>
internal sealed class ScriptedNotifier : Notifier
{
    private readonly ConcurrentQueue<Message> sent = new();

    public override string Type => "scripted";

    public override bool KeepsThreads => Threads;

    public override bool TracksIncidents => Incidents;

    public override bool LimitsTargets => Targets;

    /// <summary>Longer than any stall of the machine: what hangs here, hangs until the test or the engine ends it.</summary>
    public override TimeSpan Timeout => TimeSpan.FromHours(1);

    public bool Threads { get; init; }

    public bool Incidents { get; init; }

    public bool Targets { get; init; }

    /// <summary>What the other side answers.</summary>
    public Func<Message, CancellationToken, Task<DeliveryResult>> Answer { get; set; } =
        (_, _) => Task.FromResult<DeliveryResult>(new DeliveryResult.Delivered("receipt", "250 ok"));

    /// <summary>Every message, at each attempt.</summary>
    public IReadOnlyCollection<Message> Sent => sent;

    public override string? CheckTarget(string? target) => null;

    public void Always(DeliveryResult result) => Answer = (_, _) => Task.FromResult(result);

    protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        sent.Enqueue(message);
        return Answer(message, cancellationToken).WaitAsync(cancellationToken);
    }
}
