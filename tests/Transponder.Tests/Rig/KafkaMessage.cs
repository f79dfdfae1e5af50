using System.Text.Json;

namespace Transponder.Tests.Rig;

/// <summary>A message as one of the readers printed it.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its place there.</param>
/// <param name="Key">Its key as text.</param>
/// <param name="Headers">Its headers as text, in their order.</param>
/// <param name="Value">Its bytes.</param>
public sealed record KafkaMessage(
    int Partition,
    long Offset,
    string? Key,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    byte[] Value
)
{
    public string? Header(string name) => Headers.FirstOrDefault(header => header.Key == name).Value;

    /// <summary>From a line of <c>kafka-reader.js</c>.</summary>
    public static KafkaMessage Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new KafkaMessage(
            root.GetProperty("partition").GetInt32(),
            long.Parse(root.GetProperty("offset").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
            root.GetProperty("key").GetString(),
            [.. root.GetProperty("headers").EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString()!))],
            root.GetProperty("value").GetBytesFromBase64()
        );
    }
}
