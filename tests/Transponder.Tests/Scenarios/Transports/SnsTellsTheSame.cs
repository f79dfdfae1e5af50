using System.Text.Json;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>Played executions through SNS into SQS, on an account that checks every signature, decoded by protobufjs.</summary>
[Trait("needs", "servers")]
public sealed class SnsTellsTheSame(AwsAccount shared)
{
    [Theory]
    [InlineData(true, EventForm.V1, EventForm.Raw)]
    [InlineData(true, EventForm.V2, EventForm.Documented)]
    [InlineData(false, EventForm.V1, EventForm.Flyte)]
    public async Task PlayedExecutions_StandardAndFifo_ArriveWholeAndInOrder(bool fifo, EventForm first, EventForm second)
    {
        var aws = await shared.StartedAsync();
        using var folder = new TempDirectory();
        var user = await aws.CreateUserAsync();
        var settings =
            $"region: {AwsAccount.Region}, endpoint: '{aws.Endpoint}', accessKey: {{ file: '{folder.Write("id", user.AccessKey)}' }}, "
            + $"secretKey: {{ file: '{folder.Write("key", user.SecretKey)}' }}";
        var queues = new Dictionary<EventForm, string>();
        var yaml = "sinks:\n";
        foreach (var form in new[] { first, second })
        {
            var topic = await aws.CreateTopicAsync(fifo);
            queues[form] = await aws.SubscribeQueueAsync(topic);
            yaml += PlayedEvents.Sink($"s{(int)form}", "aws", settings, topic, form);
        }

        await using var server = await ScenarioServer.StartAsync(yaml);
        var log = await PlayedEvents.PlayAsync(server, executions: 6);
        await PlayedEvents.SentAsync(server);

        foreach (var (form, queue) in queues)
        {
            var bodies = await aws.ReceiveAsync(queue, PlayedEvents.Count(form, log), TimeSpan.FromSeconds(15));
            var messages = bodies.Select(body => JsonElement.Parse(body)).Select(Envelope).ToList();
            PlayedEvents.AssertTold(form, log, await ProtobufMessages.ReadAsync(form, messages));
        }
    }

    // SNS's own envelope in the words of Pub/Sub's.
    private static JsonElement Envelope(JsonElement message) =>
        JsonSerializer.SerializeToElement(
            new { data = message.GetProperty("Message").GetString(), attributes = new { key = message.GetProperty("Subject").GetString() } }
        );
}
