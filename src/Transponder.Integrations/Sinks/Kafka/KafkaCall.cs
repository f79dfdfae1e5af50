namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>One call's messages on their way through a producer: counts down until all are reported.</summary>
internal sealed class KafkaCall
{
    private const int Unknown = int.MaxValue;

    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int remaining;

    public KafkaCall(int count, long deadline)
    {
        Errors = new int[count];
        Array.Fill(Errors, Unknown);
        Deadline = deadline;
        // One more than the messages: it is not done before the last one was handed over.
        remaining = count + 1;
    }

    /// <summary>librdkafka's code for each message; 0 = confirmed.</summary>
    public int[] Errors { get; }

    public long Deadline { get; }

    /// <summary>Ends when every message is reported.</summary>
    public Task Done => done.Task;

    /// <summary>Ends it, though reports are missing.</summary>
    public void Abandon(int error)
    {
        Errors.AsSpan().Replace(Unknown, error);
        done.TrySetResult();
    }

    /// <summary>Some of them are settled; true when these were the last.</summary>
    public bool Settle(int count)
    {
        if (Interlocked.Add(ref remaining, -count) != 0)
            return false;
        done.TrySetResult();
        return true;
    }
}
