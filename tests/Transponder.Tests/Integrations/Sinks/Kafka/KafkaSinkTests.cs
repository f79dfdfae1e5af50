using System.Text;
using System.Text.Json;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Kafka;

/// <summary>Against librdkafka's own cluster, read by others.</summary>
[Trait("needs", "servers")]
public sealed class KafkaSinkTests
{
    private const int MessageTooLarge = 10;
    private const int NotLeader = 6;
    private const int RequestTimedOut = 7;
    private const int NotEnoughReplicas = 19;
    private const int TopicUnauthorized = 29;
    private const string Topic = "flyte.events";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_BinaryMode_HasAttributesAsHeadersAndKafkaJsReadsThem()
    {
        using var kafka = MockKafka.Start();
        await using var sink = Sink(kafka);
        var record = SampleRecords.Of("e124");

        await ConfirmAsync(sink, record);

        await using var reader = KafkaReader.KafkaJs(kafka.Brokers, Topic, events: true);
        var message = Assert.Single(await reader.ReadAsync(1));
        Assert.Equal(record.PartitionKey, message.Key);
        Assert.Equal(SampleRecords.DataOf(record), message.Value);
        Assert.Equal("1.0", message.Header("ce_specversion"));
        Assert.Equal(record.Event!.Id, message.Header("ce_id"));
        Assert.Equal("application/json", message.Header("content-type"));
        using var parsed = JsonDocument.Parse(reader.Lines[0]);
        var told = parsed.RootElement.GetProperty("event");
        Assert.Equal(record.Event.Id, told.GetProperty("id").GetString());
        Assert.Equal(record.Event.Source, told.GetProperty("source").GetString());
        Assert.Equal(record.Event.Subject, told.GetProperty("subject").GetString());
        Assert.Equal("e124", told.GetProperty("data").GetProperty("execution").GetString());
    }

    [Fact]
    public async Task Publish_StructuredMode_IsReadByKcatAndTheSdk()
    {
        using var kafka = MockKafka.Start();
        await using var sink = Sink(kafka, options => options with { Mode = KafkaMode.Structured });
        var record = SampleRecords.Of("e124");

        await ConfirmAsync(sink, record);

        await using var kcat = KafkaReader.Kcat(kafka.Brokers, Topic);
        await Eventually.TrueAsync(() => kcat.Lines.Count == 1, "the message at kcat");
        using var line = JsonDocument.Parse(kcat.Lines[0]);
        Assert.Equal(record.PartitionKey, line.RootElement.GetProperty("key").GetString());
        using var payload = JsonDocument.Parse(line.RootElement.GetProperty("payload").GetString()!);
        Assert.Equal(record.Event!.Id, payload.RootElement.GetProperty("id").GetString());

        await using var reader = KafkaReader.KafkaJs(kafka.Brokers, Topic, events: true);
        await reader.ReadAsync(1);
        using var parsed = JsonDocument.Parse(reader.Lines[0]);
        Assert.Equal("e124", parsed.RootElement.GetProperty("event").GetProperty("data").GetProperty("execution").GetString());
    }

    [Fact]
    public async Task Publish_ManyExecutions_EachStaysInOnePartition()
    {
        using var kafka = MockKafka.Start(brokers: 3);
        kafka.CreateTopic(Topic, 12);
        await using var sink = Sink(kafka);

        await ConfirmAsync(sink, [.. SampleRecords.Mixed(executions: 30, each: 5)]);
        await using var again = Sink(kafka);
        await ConfirmAsync(again, [.. SampleRecords.Mixed(executions: 30, each: 5)]);

        await using var reader = KafkaReader.KafkaJs(kafka.Brokers, Topic);
        var messages = await reader.ReadAsync(300);
        var partitions = messages.GroupBy(message => message.Key).ToList();
        Assert.Equal(30, partitions.Count);
        Assert.All(partitions, key => Assert.Single(key.Select(message => message.Partition).Distinct()));
        Assert.True(messages.Select(message => message.Partition).Distinct().Count() > 6);
    }

    [Fact]
    public async Task Publish_BrokersAnswerWithErrors_NothingIsLostDoubledOrOutOfOrder()
    {
        using var kafka = MockKafka.Start();
        // The mock takes batches behind one that it refused; with one under way there is none behind.
        await using var sink = Sink(kafka, options => options with { Properties = OneInFlight });
        var records = SampleRecords.Mixed(executions: 10, each: 20);
        kafka.RefuseNext(NotLeader, RequestTimedOut, NotEnoughReplicas, NotLeader);

        await ConfirmAsync(sink, [.. records]);

        await AssertOnceInOrderAsync(kafka, records);
    }

    [Fact]
    public async Task Publish_BrokersDownForAWhile_WaitsAndLosesNothing()
    {
        using var kafka = MockKafka.Start(brokers: 3);
        // By a clock that stands still, no outage is too long.
        await using var sink = Sink(kafka, time: new FakeTimeProvider());
        var before = SampleRecords.Mixed(executions: 5, each: 4);
        var during = SampleRecords.Mixed(executions: 5, each: 4, prefix: "during");
        await ConfirmAsync(sink, [.. before]);

        kafka.SetDown();
        var call = sink.PublishAsync(during, Token);
        await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(TimeSpan.FromSeconds(2), Token));
        kafka.SetUp();

        Assert.All(await call, result => Assert.Equal(PublishResult.Confirmed, result));
        await AssertOnceInOrderAsync(kafka, [.. before, .. during]);
    }

    [Fact]
    public async Task Publish_BrokersDownForLong_FailsWithTheReasonAndGoesOnLater()
    {
        using var kafka = MockKafka.Start();
        var time = new FakeTimeProvider();
        await using var sink = Sink(kafka, options => options with { Timeout = TimeSpan.FromSeconds(1) }, time);
        var records = SampleRecords.Mixed(executions: 3, each: 10);
        kafka.SetDown();

        // The time may be over before librdkafka knows the reason.
        await Eventually.TrueAsync(
            async () =>
            {
                var failed = await TimedOutAsync(sink, records, time);
                Assert.All(failed, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
                return failed.All(result => result.Detail.Contains("refused", StringComparison.Ordinal));
            },
            "the reason"
        );

        kafka.SetUp();
        await ConfirmAsync(sink, [.. records]);
        await AssertOnceInOrderAsync(kafka, records);
    }

    [Fact]
    public async Task Publish_NoBrokerForSeconds_FailsLongBeforeItsTimeout()
    {
        using var kafka = MockKafka.Start(brokers: 3);
        var time = new FakeTimeProvider();
        await using var sink = Sink(kafka, options => options with { Timeout = TimeSpan.FromDays(1) }, time);
        var records = SampleRecords.Mixed(executions: 3, each: 10);
        kafka.SetDown();

        var call = sink.PublishAsync(records, Token);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return call.IsCompleted;
            },
            "the call's end"
        );
        Assert.All(await call, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
        Assert.All(await call, result => Assert.Contains("no broker can be reached: ", result.Detail));

        kafka.SetUp();
        await ConfirmAsync(sink, [.. records]);
        await AssertOnceInOrderAsync(kafka, records);
    }

    [Fact]
    public async Task Publish_BrokerFindsOneTooLarge_OnlyThatOneIsRejected()
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic(Topic, 1);
        await using var sink = Sink(kafka);
        var records = SampleRecords.Mixed(executions: 4, each: 1);
        // Said of the batch, then of the first of the messages that are sent one by one.
        kafka.RefuseNext(MessageTooLarge, MessageTooLarge);

        var results = await sink.PublishAsync(records, Token);

        var rejected = Assert.Single(results, result => result.Outcome == PublishOutcome.Rejected);
        Assert.Contains("too large", rejected.Detail);
        Assert.All(results.Where(result => result != rejected), result => Assert.Equal(PublishOutcome.Confirmed, result.Outcome));
    }

    [Fact]
    public async Task Publish_BatchIsTooLarge_GoesThroughInSmallerOnes()
    {
        using var kafka = MockKafka.Start();
        kafka.CreateTopic(Topic, 1);
        await using var sink = Sink(kafka);
        var records = SampleRecords.Mixed(executions: 4, each: 3);
        kafka.RefuseNext(MessageTooLarge);

        await ConfirmAsync(sink, [.. records]);

        await AssertOnceInOrderAsync(kafka, records);
    }

    [Fact]
    public async Task Publish_TopicIsNotOurs_FailsAndSaysSo()
    {
        using var kafka = MockKafka.Start();
        await using var sink = Sink(kafka, options => options with { Timeout = TimeSpan.FromSeconds(2) });
        kafka.CreateTopic(Topic, 1);
        kafka.SetTopicError(Topic, TopicUnauthorized);

        var result = Assert.Single(await sink.PublishAsync([SampleRecords.Of()], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("may we write to it", result.Detail);
    }

    [Fact]
    public async Task Publish_SettingThatLibrdkafkaDoesNotKnow_FailsWithoutItsValue()
    {
        using var kafka = MockKafka.Start();
        await using var sink = Sink(
            kafka,
            options => options with { Properties = new Dictionary<string, string> { ["sasl.pasword"] = "tiger" } }
        );

        var result = Assert.Single(await sink.PublishAsync([SampleRecords.Of()], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("sasl.pasword", result.Detail);
        Assert.DoesNotContain("tiger", result.Detail);
    }

    private static Dictionary<string, string> OneInFlight { get; } = new() { ["max.in.flight.requests.per.connection"] = "1" };

    private static KafkaSink Sink(MockKafka kafka, Func<KafkaSinkOptions, KafkaSinkOptions>? change = null, TimeProvider? time = null)
    {
        // The one codec that kafkajs has of its own.
        var options = new KafkaSinkOptions
        {
            Brokers = kafka.Brokers.Split(','),
            Topic = Topic,
            Compression = KafkaCompression.Gzip,
        };
        return new KafkaSink(change is null ? options : change(options), time ?? TimeProvider.System);
    }

    /// <summary>A call that ends by its time-out, of one second.</summary>
    private static async Task<IReadOnlyList<PublishResult>> TimedOutAsync(
        KafkaSink sink,
        IReadOnlyList<EgressRecord> records,
        FakeTimeProvider time
    )
    {
        var call = sink.PublishAsync(records, Token);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(20));
                return call.IsCompleted;
            },
            "the call's end"
        );
        return await call;
    }

    private static async Task ConfirmAsync(KafkaSink sink, params EgressRecord[] records)
    {
        var results = await sink.PublishAsync(records, Token);
        Assert.All(results, result => Assert.Equal(PublishResult.Confirmed, result));
    }

    private static async Task AssertOnceInOrderAsync(MockKafka kafka, IReadOnlyList<EgressRecord> records)
    {
        await using var reader = KafkaReader.KafkaJs(kafka.Brokers, Topic);
        var messages = await reader.ReadAsync(records.Count);
        foreach (var key in records.GroupBy(record => record.PartitionKey))
            Assert.Equal(
                key.Select(record => Encoding.UTF8.GetString(SampleRecords.DataOf(record))),
                messages.Where(message => message.Key == key.Key).Select(message => Encoding.UTF8.GetString(message.Value))
            );
        Assert.Equal(records.Count, messages.Count);
    }
}
