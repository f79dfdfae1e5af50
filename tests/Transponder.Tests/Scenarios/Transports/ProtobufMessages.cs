using System.Text.Json;
using Transponder.Tests.Integrations.Sinks.PubSub;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>Messages in CloudEvents' protobuf form, as protobufjs reads them; their attributes are checked by CloudEvents' SDK.</summary>
internal static class ProtobufMessages
{
    /// <summary>Reads messages as Pub/Sub's API gives them.</summary>
    public static async Task<IReadOnlyList<Told>> ReadAsync(EventForm form, IReadOnlyList<JsonElement> messages) =>
        form == EventForm.Raw
            ?
            [
                .. messages.Select(one => new Told(
                    new Dictionary<string, string>(),
                    one.GetProperty("data").GetBytesFromBase64(),
                    Text(one, "orderingKey"),
                    one.GetProperty("attributes").GetProperty("key").GetString()
                )),
            ]
            :
            [
                .. (await PubSubMessages.EventsAsync(messages)).Select(one => new Told(
                    Told.AttributesOf(one.GetProperty("attributes")),
                    one.GetProperty("data").GetBytesFromBase64(),
                    Text(one, "orderingKey"),
                    one.GetProperty("message").GetProperty("key").GetString()
                )),
            ];

    private static string? Text(JsonElement message, string name) => message.TryGetProperty(name, out var text) ? text.GetString() : null;
}
