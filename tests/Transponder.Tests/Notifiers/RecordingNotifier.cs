using System.Collections.Concurrent;
using Transponder.Notifiers;

namespace Transponder.Tests.Notifiers;

/// <summary>A channel as a task's author would write one: derived, one method overridden. Keeps what it is given and answers as it is told.</summary>
internal sealed class RecordingNotifier : Notifier
{
    private readonly ConcurrentQueue<Message> sent = new();
    private readonly ConcurrentQueue<Func<CancellationToken, Task<DeliveryResult>>> next = new();

    public IReadOnlyList<Message> Sent => [.. sent];

    public IReadOnlyList<string> Titles => [.. sent.Select(message => message.Title)];

    public Action<Message>? OnSend { get; init; }

    /// <summary>Longer than any machine stalls: only a test's own clock ends an attempt.</summary>
    public override TimeSpan Timeout => TimeSpan.FromMinutes(5);

    public RecordingNotifier Then(params IEnumerable<DeliveryResult> results)
    {
        foreach (var result in results)
            next.Enqueue(_ => Task.FromResult(result));
        return this;
    }

    public RecordingNotifier ThenThrow(Exception error)
    {
        next.Enqueue(_ => throw error);
        return this;
    }

    public RecordingNotifier ThenHang()
    {
        next.Enqueue(async token =>
        {
            await Task.Delay(System.Threading.Timeout.Infinite, token);
            return new DeliveryResult.Delivered();
        });
        return this;
    }

    protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        sent.Enqueue(message);
        OnSend?.Invoke(message);
        return next.TryDequeue(out var answer)
            ? answer(cancellationToken)
            : Task.FromResult<DeliveryResult>(new DeliveryResult.Delivered());
    }
}
