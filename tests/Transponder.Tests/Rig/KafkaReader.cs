using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>Reads a topic from its beginning in a process of its own, with a client that is not ours.</summary>
public sealed class KafkaReader : IAsyncDisposable
{
    private readonly ChildProcess process;

    private KafkaReader(ChildProcess process) => this.process = process;

    /// <summary>What has arrived so far, partition by partition in order.</summary>
    public IReadOnlyList<KafkaMessage> Messages => [.. Lines.Select(KafkaMessage.Parse)];

    /// <summary>The same as the reader's lines.</summary>
    public IReadOnlyList<string> Lines => [.. process.Lines.Where(line => line.StartsWith('{'))];

    /// <summary>kafkajs. With events, each line has what CloudEvents' SDK made of the message as its <c>event</c>.</summary>
    public static KafkaReader KafkaJs(string brokers, string topic, bool events = false) =>
        new(NodeScript.Start("Rig/kafka_reader.js", events ? [brokers, topic, "events"] : [brokers, topic]));

    /// <summary>kcat, which prints values as text: for events in JSON only.</summary>
    public static KafkaReader Kcat(string brokers, string topic, params string[] settings) =>
        new(
            ChildProcess.Start(
                Executable.Require("kcat", "kcat"),
                [
                    "-C",
                    "-u",
                    "-q",
                    "-J",
                    "-b",
                    brokers,
                    "-t",
                    topic,
                    "-o",
                    "beginning",
                    .. settings.SelectMany(setting => new[] { "-X", setting }),
                ]
            )
        );

    /// <summary>Waits for so many messages.</summary>
    public async Task<IReadOnlyList<KafkaMessage>> ReadAsync(int count)
    {
        await Eventually.TrueAsync(
            () =>
            {
                if (Lines.Count >= count)
                    return true;
                Assert.False(process.HasExited, $"the reader has ended:\n{process.Output}");
                return false;
            },
            $"{count} messages at the reader"
        );
        return Messages;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
