using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Benchmarks.Drain;

/// <summary>The sink alone, with events as the formats make them: as many calls at once as it takes, no execution in two of them.</summary>
internal static class SinkProducer
{
    private const int EventsPerExecution = 27;

    public static async Task RunAsync(KafkaSinkOptions options, long count, int bytes, Func<long, bool> mayGoOn)
    {
        await using var sink = new KafkaSink(options, TimeProvider.System);
        var lanes = sink.Limits.Concurrency;
        var data = new byte[bytes];
        data.AsSpan().Fill((byte)'7');
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(lane => Task.Run(() => LaneAsync(sink, lane, lanes, count, data, mayGoOn))));
    }

    private static async Task LaneAsync(KafkaSink sink, int lane, int lanes, long count, byte[] data, Func<long, bool> mayGoOn)
    {
        var mine = (count / lanes) + (lane < count % lanes ? 1 : 0);
        for (long sent = 0; sent < mine; )
        {
            while (!mayGoOn(sent * lanes))
                await Task.Delay(1);
            var size = (int)Math.Min(sink.Limits.Records, mine - sent);
            var first = sent;
            var records = Enumerable.Range(0, size).Select(i => Record(lane, first + i, data)).ToArray();
            var results = await sink.PublishAsync(records, CancellationToken.None);
            if (results.FirstOrDefault(result => result.Outcome != PublishOutcome.Confirmed) is { Detail: { Length: > 0 } detail })
                throw new InvalidOperationException(detail);
            sent += size;
        }
    }

    private static EgressRecord Record(int lane, long number, byte[] data)
    {
        var key = $"flytesnacks/development/e{lane}-{number / EventsPerExecution}";
        var id = Guid.NewGuid();
        return new EgressRecord
        {
            Position = number,
            EventId = id,
            OrderingKey = key,
            PartitionKey = key,
            Subject = "flyteidl.admin.NodeExecutionEventRequest",
            Event = new CloudEvent
            {
                Id = id.ToString(),
                Source = "https://github.com/flyteorg/flyte/flyteadmin",
                Type = "com.flyte.resource.flyteidl.admin.NodeExecutionEventRequest",
                Subject = key,
                Time = TimeProvider.System.GetUtcNow(),
                DataContentType = "application/json",
                Extensions = [new("partitionkey", key), new("sequence", "00000000000000000001")],
                Data = data,
            },
        };
    }
}
