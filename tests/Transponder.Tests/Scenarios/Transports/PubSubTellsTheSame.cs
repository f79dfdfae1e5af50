using System.Text.Json;
using Transponder.Tests.Integrations.Sinks.PubSub;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>Played executions through Google's Pub/Sub emulator in every form, with ordering keys, decoded by protobufjs.</summary>
[Trait("needs", "servers")]
public sealed class PubSubTellsTheSame(SharedPubSub shared)
{
    [Fact]
    public async Task PlayedExecutions_InEveryForm_ArriveWholeAndInOrder()
    {
        var emulator = await shared.StartedAsync();
        var topics = new Dictionary<EventForm, string>();
        foreach (var form in Enum.GetValues<EventForm>())
            topics[form] = await shared.TopicAsync();
        var settings = $"projectId: {PubSubEmulator.Project}, endpoint: 'http://127.0.0.1:{emulator.Port}'";
        await using var server = await ScenarioServer.StartAsync(
            "sinks:\n" + string.Concat(topics.Select(one => PlayedEvents.Sink($"s{(int)one.Key}", "gcp", settings, one.Value, one.Key)))
        );

        var log = await PlayedEvents.PlayAsync(server);

        foreach (var (form, topic) in topics)
        {
            var messages = new List<JsonElement>();
            await Eventually.TrueAsync(
                async () =>
                {
                    messages.AddRange(await emulator.PullAsync(topic));
                    return messages.Count >= PlayedEvents.Count(form, log);
                },
                $"the messages of {form}"
            );
            PlayedEvents.AssertTold(form, log, await ProtobufMessages.ReadAsync(form, messages));
        }
    }
}
