using System.Globalization;
using System.Text;
using Transponder.Core.Egress;
using Transponder.Protocol.CloudEvents;

namespace Transponder.Tests.Integrations.Sinks;

/// <summary>Records as formats make them, each with data of its own that tells them apart.</summary>
public static class SampleRecords
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 10, 20, 30, 456, TimeSpan.Zero);
    private static long position;

    /// <summary>An event of an execution, with JSON data of about that many bytes.</summary>
    public static EgressRecord Of(string execution = "e1", int number = 1, int bytes = 200)
    {
        var text = $$"""{"execution":"{{execution}}","number":{{number}},"text":"grüße {{new string('x', Math.Max(0, bytes - 60))}}"}""";
        return Make(execution, number, Encoding.UTF8.GetBytes(text), binary: false);
    }

    /// <summary>An event whose data is bytes that are no text.</summary>
    public static EgressRecord Binary(string execution = "e1", int number = 1) =>
        Make(execution, number, [0, 255, 254, (byte)number, .. Encoding.UTF8.GetBytes(execution), 13, 10, 0], binary: true);

    /// <summary>A raw request.</summary>
    public static EgressRecord Raw(string execution = "e1", int number = 1) =>
        new()
        {
            Position = Interlocked.Increment(ref position),
            EventId = Guid.NewGuid(),
            OrderingKey = KeyOf(execution),
            PartitionKey = KeyOf(execution),
            Subject = "flyteidl.admin.TaskExecutionEventRequest",
            Raw = new byte[] { 10, 0, 255, 13, (byte)number, (byte)(number >> 8) }
                .Concat(Encoding.UTF8.GetBytes(execution))
                .ToArray(),
        };

    /// <summary>Events of several executions, taking turns; each execution's in order.</summary>
    public static IReadOnlyList<EgressRecord> Mixed(int executions, int each, string prefix = "e") =>
        [
            .. from number in Enumerable.Range(1, each)
            from execution in Enumerable.Range(1, executions)
            select Of($"{prefix}{execution}", number),
        ];

    /// <summary>What must come out at the other end.</summary>
    public static byte[] DataOf(EgressRecord record) => (record.Event?.Data ?? record.Raw).ToArray();

    private static string KeyOf(string execution) => $"flytesnacks/development/{execution}";

    private static EgressRecord Make(string execution, int number, byte[] data, bool binary)
    {
        var id = Guid.NewGuid();
        return new EgressRecord
        {
            Position = Interlocked.Increment(ref position),
            EventId = id,
            OrderingKey = KeyOf(execution),
            PartitionKey = KeyOf(execution),
            Subject = "flyteidl.admin.TaskExecutionEventRequest",
            Event = new CloudEvent
            {
                Id = id.ToString(),
                Source = "https://github.com/flyteorg/flyte/flyteadmin",
                Type = "com.flyte.resource.flyteidl.admin.TaskExecutionEventRequest",
                Subject = $"{KeyOf(execution)}/n0/ü",
                Time = At.AddSeconds(number),
                DataContentType = binary ? "application/x-protobuf" : "application/json",
                Extensions = [new("partitionkey", KeyOf(execution)), new("sequence", number.ToString("D20", CultureInfo.InvariantCulture))],
                Data = data,
                DataIsBinary = binary,
            },
        };
    }
}
