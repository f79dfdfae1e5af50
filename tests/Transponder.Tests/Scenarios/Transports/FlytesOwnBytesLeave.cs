using System.Text;
using System.Text.Json;
using Flyteidl.Admin;
using Transponder.Tests.Core.Egress.Formats;
using Transponder.Tests.Integrations.Sinks.PubSub;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;
using static Transponder.Tests.Core.Egress.Formats.EgressSamples;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>A failed execution that is known from Flyte: with <c>compat: flyte</c> consumers get the very bytes that FlyteAdmin would have sent.</summary>
[Trait("needs", "servers")]
public sealed class FlytesOwnBytesLeave(AwsAccount aws, SharedPubSub pubSub)
{
    private const string Execution = "e124";
    private const string Subject = "flyteidl.admin.WorkflowExecutionEventRequest";
    private const string Workflows = "eventTypes: workflow";

    [Fact]
    public async Task Kafka_HasTheKeyTheHeadersAndTheValue()
    {
        using var kafka = MockKafka.Start();
        var settings = $"type: kafka, kafka: {{ version: 2.8.0, brokers: '{kafka.Brokers}' }}";
        await using var server = await FailAsync(
            $$"""
            cloudEvents: { enable: true, {{settings}}, compat: flyte, eventsPublisher: { topicName: cloud, {{Workflows}} } }
            externalEvents: { enable: true, {{settings}}, eventsPublisher: { topicName: raw, {{Workflows}} } }
            """
        );
        await using var cloud = KafkaReader.KafkaJs(kafka.Brokers, "cloud");
        await using var raw = KafkaReader.KafkaJs(kafka.Brokers, "raw");

        // Flyte's keys are the events' own ids, so the two may lie in different partitions.
        var told = Assert.Single(await cloud.ReadAsync(2), message => message.Key == FlyteCompatibilityTests.FailedId);
        Assert.Equal(
            [
                "ce_id=" + FlyteCompatibilityTests.FailedId,
                "ce_jsonschemaurl=https://github.com/flyteorg/flyteidl/blob/v0.24.14/jsonschema/workflow_execution.json",
                "ce_source=https://github.com/flyteorg/flyte/flyteadmin",
                "ce_specversion=1.0",
                "ce_time=2024-01-02T03:04:05.6Z",
                "ce_type=com.flyte.resource.flyteidl.admin.WorkflowExecutionEventRequest",
                "content-type=application/json",
            ],
            told.Headers.Select(header => $"{header.Key}={header.Value}").Order(StringComparer.Ordinal)
        );
        Assert.Equal(FailedJson, Encoding.UTF8.GetString(told.Value));
        Assert.Equal(FailedRequest, Convert.ToBase64String((await raw.ReadAsync(2))[^1].Value));
    }

    [Fact]
    public async Task Sns_HasTheSubjectAndTheMessage()
    {
        await aws.StartedAsync();
        using var folder = new TempDirectory();
        var (cloud, raw) = (await aws.CreateTopicAsync(), await aws.CreateTopicAsync());
        var (cloudQueue, rawQueue) = (await aws.SubscribeQueueAsync(cloud), await aws.SubscribeQueueAsync(raw));
        var user = await aws.CreateUserAsync();
        var settings =
            $"type: aws, aws: {{ region: {AwsAccount.Region}, endpoint: '{aws.Endpoint}', accessKey: {{ file: '{folder.Write("id", user.AccessKey)}' }}, "
            + $"secretKey: {{ file: '{folder.Write("key", user.SecretKey)}' }} }}";
        await using var server = await FailAsync(
            $$"""
            cloudEvents: { enable: true, {{settings}}, compat: flyte, eventsPublisher: { topicName: '{{cloud}}', {{Workflows}} } }
            externalEvents: { enable: true, {{settings}}, eventsPublisher: { topicName: '{{raw}}', {{Workflows}} } }
            """
        );

        foreach (var (queue, expected) in new[] { (cloudQueue, FlyteCompatibilityTests.ProtobufForm), (rawQueue, FailedRequest) })
        {
            var message = JsonElement.Parse((await aws.ReceiveAsync(queue, 2))[^1]);
            Assert.Equal(Subject, message.GetProperty("Subject").GetString());
            Assert.Equal(expected, message.GetProperty("Message").GetString());
        }
    }

    [Fact]
    public async Task PubSub_HasTheDataAndTheKey()
    {
        var emulator = await pubSub.StartedAsync();
        var (cloud, raw) = (await pubSub.TopicAsync(), await pubSub.TopicAsync());
        var settings = $"type: gcp, gcp: {{ projectId: {PubSubEmulator.Project}, endpoint: 'http://127.0.0.1:{emulator.Port}' }}";
        await using var server = await FailAsync(
            $$"""
            cloudEvents: { enable: true, {{settings}}, compat: flyte, eventsPublisher: { topicName: {{cloud}}, {{Workflows}} } }
            externalEvents: { enable: true, {{settings}}, eventsPublisher: { topicName: {{raw}}, {{Workflows}} } }
            """
        );

        foreach (var (topic, expected) in new[] { (cloud, FlyteCompatibilityTests.ProtobufForm), (raw, FailedRequest) })
        {
            var messages = new List<JsonElement>();
            await Eventually.TrueAsync(
                async () =>
                {
                    messages.AddRange(await emulator.PullAsync(topic));
                    return messages.Count == 2;
                },
                "both events"
            );
            Assert.Equal(expected, messages[^1].GetProperty("data").GetString());
            Assert.Equal($$"""{"key":"{{Subject}}"}""", JsonSerializer.Serialize(messages[^1].GetProperty("attributes")));
        }
    }

    private static async Task<ScenarioServer> FailAsync(string yaml)
    {
        var server = await ScenarioServer.StartAsync(yaml);
        await Platform.RegisterAsync(server.Client.Admin);
        await Platform.RunAsync(server.Client.Admin, Execution);
        await Platform.SendAsync(
            server.Client.Admin,
            WorkflowExecutionEventRequest.Parser.ParseFrom(Convert.FromBase64String(FailedRequest))
        );
        return server;
    }
}
