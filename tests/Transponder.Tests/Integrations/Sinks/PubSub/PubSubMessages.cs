using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks.PubSub;

/// <summary>Messages in CloudEvents' protobuf form as protobufjs reads them and npm's <c>cloudevents</c> accepts them.</summary>
internal static class PubSubMessages
{
    public static async Task<IReadOnlyList<Arrived>> DecodeAsync(IEnumerable<JsonElement> messages) =>
        [
            .. (await EventsAsync(messages)).Select(told => new Arrived(
                told.GetProperty("data").GetBytesFromBase64(),
                told.GetProperty("attributes").GetProperty("id").GetString(),
                told.GetProperty("orderingKey").GetString()
            )),
        ];

    public static async Task<IReadOnlyList<JsonElement>> EventsAsync(IEnumerable<JsonElement> messages)
    {
        var input = string.Concat(messages.Select(message => message.GetRawText().ReplaceLineEndings("") + "\n"));
        var result = await NodeScript.RunAsync("Integrations/Sinks/PubSub/decode.js", input: input);
        return [.. result.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
