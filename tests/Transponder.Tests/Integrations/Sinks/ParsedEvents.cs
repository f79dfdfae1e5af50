using System.Text;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks;

/// <summary>CloudEvents read by the SDK of npm's <c>cloudevents</c>, strictly, in a process of its own.</summary>
public static class ParsedEvents
{
    /// <summary>Reads events in JSON form.</summary>
    public static Task<IReadOnlyList<Arrived>> OfAsync(IEnumerable<string> texts) =>
        OfAsync(texts.Select(text => (Headers: JsonHeaders, Body: Encoding.UTF8.GetBytes(text))));

    /// <summary>Reads HTTP messages: one event each, in binary or structured mode, or a batch.</summary>
    public static async Task<IReadOnlyList<Arrived>> OfAsync(
        IEnumerable<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> messages
    )
    {
        var input = string.Concat(
            messages.Select(message => JsonSerializer.Serialize(new { headers = message.Headers, body = message.Body }) + "\n")
        );
        if (input.Length == 0)
            return [];
        var result = await NodeScript.RunAsync("Integrations/Sinks/parse_events.js", input: input);
        return [.. result.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
    }

    private static IReadOnlyDictionary<string, string> JsonHeaders { get; } =
        new Dictionary<string, string> { ["content-type"] = "application/cloudevents+json" };

    private static Arrived Read(string line)
    {
        var json = JsonElement.Parse(line);
        return new Arrived(
            json.GetProperty("data").GetBytesFromBase64(),
            json.GetProperty("id").GetString(),
            json.GetProperty("key").GetString()
        );
    }
}
