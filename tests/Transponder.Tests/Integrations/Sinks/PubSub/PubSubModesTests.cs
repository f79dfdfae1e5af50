using System.Text;
using System.Text.Json;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.PubSub;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.PubSub;

/// <summary>What each mode looks like to a subscriber of Google's emulator.</summary>
[Trait("needs", "servers")]
public sealed class PubSubModesTests(SharedPubSub shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_ProtobufMode_IsAsFlyteSendsIt()
    {
        var record = SampleRecords.Of(bytes: 100);

        var told = Assert.Single(await PubSubMessages.EventsAsync([await PublishAsync(record, PubSubMode.Protobuf)]));

        Assert.Equal($$"""{"key":"{{record.Subject}}"}""", told.GetProperty("message").GetRawText());
        Assert.Equal(record.OrderingKey, told.GetProperty("orderingKey").GetString());
        var attributes = told.GetProperty("attributes");
        Assert.Equal(record.Event!.Type, attributes.GetProperty("type").GetString());
        Assert.Equal("application/json", attributes.GetProperty("datacontenttype").GetString());
        Assert.Equal("2026-03-01T10:20:31.456Z", attributes.GetProperty("time").GetString());
    }

    [Fact]
    public async Task Publish_BinaryMode_IsTheBindingsAndItsDataTheEvents()
    {
        var record = SampleRecords.Of();

        var message = await PublishAsync(record, PubSubMode.Binary);

        Assert.Equal(record.Event!.Data.ToArray(), message.GetProperty("data").GetBytesFromBase64());
        var attributes = message.GetProperty("attributes");
        Assert.Equal(record.Event.Id, attributes.GetProperty("ce-id").GetString());
        Assert.Equal(record.Event.Subject, attributes.GetProperty("ce-subject").GetString());
        Assert.Equal("1.0", attributes.GetProperty("ce-specversion").GetString());
        Assert.Equal("application/json", attributes.GetProperty("Content-Type").GetString());
    }

    [Fact]
    public async Task Publish_JsonMode_IsReadByTheSdk()
    {
        var record = SampleRecords.Of();

        var message = await PublishAsync(record, PubSubMode.Json);

        Assert.Equal("application/cloudevents+json", message.GetProperty("attributes").GetProperty("Content-Type").GetString());
        var arrived = Assert.Single(
            await ParsedEvents.OfAsync([Encoding.UTF8.GetString(message.GetProperty("data").GetBytesFromBase64())])
        );
        Assert.Equal(record.Event!.Id, arrived.Id);
    }

    [Fact]
    public async Task Publish_LongKey_IsCutToWhatPubSubTakes()
    {
        var message = await PublishAsync(SampleRecords.Of(new string('ü', 800)), PubSubMode.Protobuf);

        Assert.InRange(Encoding.UTF8.GetByteCount(message.GetProperty("orderingKey").GetString()!), 1000, 1024);
    }

    private async Task<JsonElement> PublishAsync(EgressRecord record, PubSubMode mode)
    {
        var emulator = await shared.StartedAsync();
        var topic = await shared.TopicAsync();
        await using var sink = new PubSubSink(PubSubPeer.Options(topic, emulator.Port) with { Mode = mode }, Patient.Clock);
        Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([record], Token));
        return Assert.Single(await emulator.PullAsync(topic, 1));
    }
}
