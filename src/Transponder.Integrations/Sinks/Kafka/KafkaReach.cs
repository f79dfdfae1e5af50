namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>
/// Whether any broker can be reached. librdkafka says when the last one is lost, and never when one is back: that is asked once the loss has lasted.
/// For the producer's own thread alone.
/// </summary>
internal sealed class KafkaReach(nint client, TimeProvider time)
{
    private const int AnswerMilliseconds = 500;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private long? lostAt;

    /// <summary>librdkafka has lost the last broker.</summary>
    public void Lost() => lostAt ??= time.GetTimestamp();

    /// <summary>A broker has answered.</summary>
    public void Found() => lostAt = null;

    /// <summary>True once none has been there for a while, and none is now.</summary>
    public bool IsGone()
    {
        if (lostAt is not { } since || time.GetElapsedTime(since) < Grace)
            return false;
        if (LibRdKafka.Metadata(client, 0, 0, out var metadata, AnswerMilliseconds) != 0)
            return true;
        LibRdKafka.DestroyMetadata(metadata);
        Found();
        return false;
    }
}
