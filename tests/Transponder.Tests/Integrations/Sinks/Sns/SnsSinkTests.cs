using System.Text.Json;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Sns;
using Transponder.Notifiers;
using Transponder.Protocol.CloudEvents;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Sns;

/// <summary>SNS and SQS as moto speaks them, every signature checked.</summary>
[Trait("needs", "servers")]
public sealed class SnsSinkTests(AwsAccount shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Publish_CloudEvent_ArrivesAsBase64OfItsProtobufForm(bool raw)
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var queue = await aws.SubscribeQueueAsync(topic, raw);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic), Patient.Clock);
        var record = SnsSamples.Record("flytesnacks/development/e124", 1);

        Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([record], Token));

        var body = Assert.Single(await aws.ReceiveAsync(queue, 1));
        var (subject, message) = raw ? (record.Subject, body) : SnsSamples.Envelope(body);
        Assert.Equal(record.Subject, subject);
        Assert.Equal(CloudEventProtobuf.ToBytes(record.Event!), Convert.FromBase64String(message));
    }

    [Fact]
    public async Task Publish_RawRequest_ArrivesAsBase64OfItsBytes()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var queue = await aws.SubscribeQueueAsync(topic);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic), Patient.Clock);

        await sink.PublishAsync([SnsSamples.RawRecord("p/d/n", 1, SnsSamples.L2)], Token);

        var (subject, message) = SnsSamples.Envelope(Assert.Single(await aws.ReceiveAsync(queue, 1)));
        Assert.Equal("flyteidl.admin.WorkflowExecutionEventRequest", subject);
        Assert.Equal(SnsSamples.L2Base64, message);
    }

    [Fact]
    public async Task Publish_JsonMode_ArrivesAsStructuredText()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var queue = await aws.SubscribeQueueAsync(topic, raw: true);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic) with { Mode = SnsMessageMode.Json }, Patient.Clock);

        await sink.PublishAsync([SnsSamples.Record("p/d/ä+& =", 7)], Token);

        var told = JsonElement.Parse(Assert.Single(await aws.ReceiveAsync(queue, 1)));
        Assert.Equal("p/d/ä+& =", told.GetProperty("subject").GetString());
        Assert.Equal(7, told.GetProperty("data").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Publish_FifoTopic_KeepsTheOrderOfEachKey()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync(fifo: true);
        var queue = await aws.SubscribeQueueAsync(topic, raw: true);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic) with { Mode = SnsMessageMode.Json }, Patient.Clock);
        var records = Enumerable.Range(0, 60).Select(i => SnsSamples.Record($"p/d/e{i % 6}", i)).ToList();

        var results = await sink.PublishAsync(records, Token);

        Assert.All(results, result => Assert.Equal(PublishResult.Confirmed, result));
        var arrived = (await aws.ReceiveAsync(queue, 60)).Select(body => JsonElement.Parse(body)).ToList();
        foreach (var key in arrived.GroupBy(told => told.GetProperty("subject").GetString()))
        {
            var numbers = key.Select(told => told.GetProperty("data").GetProperty("n").GetInt32()).ToList();
            Assert.Equal(10, numbers.Count);
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    [Fact]
    public async Task Publish_SameEventAgain_IsDroppedByAFifoTopicUnlessItIsAReplay()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync(fifo: true);
        var queue = await aws.SubscribeQueueAsync(topic, raw: true);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic) with { Mode = SnsMessageMode.Json }, Patient.Clock);
        var record = SnsSamples.Record("p/d/e", 1);

        foreach (var sent in new[] { record, record, SnsSamples.Replay(record), SnsSamples.Record("p/d/e", 2) })
            Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([sent], Token));

        var numbers = (await aws.ReceiveAsync(queue, 3)).Select(b => JsonElement.Parse(b).GetProperty("data").GetProperty("n").GetInt32());
        Assert.Equal([1, 1, 2], numbers);
    }

    [Fact]
    public async Task Publish_TooLargeARecord_IsRejectedAndItsNeighboursPass()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var queue = await aws.SubscribeQueueAsync(topic);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic), Patient.Clock);

        var results = await sink.PublishAsync(
            [
                SnsSamples.RawRecord("p/d/a", 1, new byte[10]),
                SnsSamples.RawRecord("p/d/b", 2, new byte[200 * 1024]),
                SnsSamples.RawRecord("p/d/b", 3, new byte[10]),
                SnsSamples.RawRecord("p/d/c", 4, new byte[10]),
            ],
            Token
        );

        Assert.Equal(
            [PublishOutcome.Confirmed, PublishOutcome.Rejected, PublishOutcome.Failed, PublishOutcome.Confirmed],
            results.Select(result => result.Outcome)
        );
        Assert.Contains("too long", results[1].Detail);
        Assert.Equal(2, (await aws.ReceiveAsync(queue, 2)).Count);
    }

    [Fact]
    public async Task Publish_Events_AreReadInOrderByAForeignConsumer()
    {
        await PythonScript.RequireAsync("google.protobuf");
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync(fifo: true);
        var queue = await aws.SubscribeQueueAsync(topic);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic), Patient.Clock);
        await sink.PublishAsync(SampleRecords.Mixed(executions: 5, each: 20), Token);

        var lines = (await aws.ReceiveAsync(queue, 100)).Select(body => JsonSerializer.Serialize(body) + "\n");
        var result = await PythonScript.RunAsync("Integrations/Sinks/Sns/consume.py", input: string.Concat(lines));

        Assert.Equal("100 events of 5 executions", result.Succeeded().Trim());
    }

    [Fact]
    public async Task Publish_FlytesOwnEvent_ArrivesByteForByte()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var queue = await aws.SubscribeQueueAsync(topic, raw: true);
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic), Patient.Clock);

        await sink.PublishAsync([SnsSamples.FlytesOwn()], Token);

        Assert.Equal(SnsSamples.L3Base64, Assert.Single(await aws.ReceiveAsync(queue, 1)));
    }

    [Fact]
    public async Task Publish_AsAnAssumedRole_Arrives()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var queue = await aws.SubscribeQueueAsync(topic);
        var options = SnsSamples.Options(aws, topic) with { AssumeRole = await aws.CreateRoleAsync(), StsEndpoint = aws.Endpoint };
        await using var sink = new SnsSink(options, Patient.Clock);

        Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([SnsSamples.Record("p/d/a", 1)], Token));

        Assert.Single(await aws.ReceiveAsync(queue, 1));
    }

    [Fact]
    public async Task Publish_AsARoleThatMayNot_Fails()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var role = await aws.CreateRoleAsync(
            """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sns:*","Resource":"*"}]}"""
        );
        var options = SnsSamples.Options(aws, topic) with { AssumeRole = role, StsEndpoint = aws.Endpoint };
        await using var sink = new SnsSink(options, Patient.Clock);

        Assert.Equal(PublishOutcome.Failed, Assert.Single(await sink.PublishAsync([SnsSamples.Record("p/d/a", 1)], Token)).Outcome);
    }

    [Fact]
    public async Task Publish_UnknownTopic_Fails()
    {
        var aws = await shared.StartedAsync();
        var topic = $"arn:aws:sns:{AwsAccount.Region}:{AwsAccount.Number}:gone";
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic), Patient.Clock);

        var results = await sink.PublishAsync([SnsSamples.Record("p/d/a", 1), SnsSamples.Record("p/d/b", 2)], Token);

        Assert.All(results, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
        Assert.Contains("no such topic", results[0].Detail);
    }

    [Fact]
    public async Task Publish_WrongSecret_FailsWithoutShowingIt()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var options = SnsSamples.Options(aws, topic) with { SecretKey = SecretRef.FromValue("wJalrXUtnFEMI/wrong") };
        await using var sink = new SnsSink(options, Patient.Clock);

        var result = Assert.Single(await sink.PublishAsync([SnsSamples.Record("p/d/a", 1)], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("SignatureDoesNotMatch", result.Detail);
        Assert.DoesNotContain("wJalrXUtnFEMI", result.Detail);
    }

    [Fact]
    public async Task Publish_WithoutPermission_Fails()
    {
        var aws = await shared.StartedAsync();
        var topic = await aws.CreateTopicAsync();
        var nobody = await aws.CreateUserAsync(
            """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"""
        );
        await using var sink = new SnsSink(SnsSamples.Options(aws, topic, nobody), Patient.Clock);

        var result = Assert.Single(await sink.PublishAsync([SnsSamples.Record("p/d/a", 1)], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("sns:Publish", result.Detail);
    }
}
