using System.Text;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>npm's <c>cloudevents</c>, which reads strictly, in a process of its own.</summary>
internal static class CloudEventsSdk
{
    private static readonly Dictionary<string, string> Structured = new() { ["content-type"] = "application/cloudevents+json" };

    /// <summary>Reads events in JSON form.</summary>
    public static Task<IReadOnlyList<Told>> ReadAsync(IEnumerable<string> texts) =>
        ReadAsync(texts.Select(text => ((IReadOnlyDictionary<string, string>)Structured, Encoding.UTF8.GetBytes(text))));

    /// <summary>Reads HTTP messages: one event each, in binary or structured mode, or a batch.</summary>
    public static async Task<IReadOnlyList<Told>> ReadAsync(
        IEnumerable<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> messages
    )
    {
        var input = string.Concat(messages.Select(one => JsonSerializer.Serialize(new { headers = one.Headers, body = one.Body }) + "\n"));
        var result = await NodeScript.RunAsync("Integrations/Sinks/parse_events.js", input: input);
        return [.. result.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Read(JsonElement.Parse(line)))];
    }

    /// <summary>A line of what the scripts print.</summary>
    public static Told Read(JsonElement line)
    {
        var attributes = line.TryGetProperty("attributes", out var told) ? Told.AttributesOf(told) : new Dictionary<string, string>();
        return new Told(attributes, line.GetProperty("data").GetBytesFromBase64(), attributes.GetValueOrDefault("partitionkey"));
    }
}
