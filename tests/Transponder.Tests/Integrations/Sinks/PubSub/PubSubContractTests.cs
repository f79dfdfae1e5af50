using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.PubSub;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.PubSub;

/// <summary>Google's emulator, read with ordering on.</summary>
[Trait("needs", "servers")]
public sealed class PubSubContractTests(SharedPubSub shared) : NetworkSinkContract
{
    protected override int Oversize => 10_100_000;

    protected override IReadOnlyList<SinkTrouble> Troubles => [SinkTrouble.NoTopic];

    protected override async Task<SinkPeer> OpenAsync(SinkTerms terms)
    {
        var emulator = await shared.StartedAsync();
        var topic = terms.Trouble == SinkTrouble.NoTopic ? "nobody-made-it" : await shared.TopicAsync();
        var proxy = TcpFaultProxy.Start(emulator.Port, terms.Trouble == SinkTrouble.Down ? Fault.Refuse : Fault.None);
        return new PubSubPeer(emulator, topic, proxy, terms.Raw, PubSubPeer.Options(topic, proxy.Port));
    }

    [Fact]
    public async Task Publish_EmptyMessageAmongMany_IsFoundAlone()
    {
        await using var peer = await OpenAsync(new SinkTerms());
        var records = Enumerable.Range(1, 9).Select(n => SampleRecords.Of(number: n)).ToList();
        records[5] = Empty(records[5]);

        var results = await PublishAsync(peer, records);

        Assert.All(results.Take(5), result => Assert.Equal(PublishResult.Confirmed, result));
        Assert.Equal(PublishOutcome.Rejected, results[5].Outcome);
        Assert.Contains("empty", results[5].Detail);
        Assert.All(results.Skip(6), result => Assert.Equal(PublishResult.Behind, result));
        await AssertArrivedAsync(peer, records[..5]);
    }

    [Fact]
    public async Task Publish_WithoutOrdering_KeysDoNotHoldOneAnother()
    {
        var emulator = await shared.StartedAsync();
        var topic = await shared.TopicAsync();
        await using var sink = new PubSubSink(PubSubPeer.Options(topic, emulator.Port) with { Ordering = false }, Patient.Clock);
        EgressRecord[] records = [SampleRecords.Of("a"), Empty(SampleRecords.Of("b", 1)), SampleRecords.Of("b", 2), SampleRecords.Of("c")];

        var results = await sink.PublishAsync(records, Token);

        PublishOutcome[] outcomes = [PublishOutcome.Confirmed, PublishOutcome.Rejected, PublishOutcome.Failed, PublishOutcome.Confirmed];
        Assert.Equal(outcomes, results.Select(result => result.Outcome));
        var arrived = await emulator.PullAsync(topic, 2);
        Assert.Equal(2, arrived.Count);
        Assert.All(arrived, message => Assert.False(message.TryGetProperty("orderingKey", out _)));
    }

    private static EgressRecord Empty(EgressRecord like) =>
        new()
        {
            Position = like.Position,
            EventId = like.EventId,
            OrderingKey = like.OrderingKey,
            PartitionKey = like.PartitionKey,
            Subject = "",
        };
}
