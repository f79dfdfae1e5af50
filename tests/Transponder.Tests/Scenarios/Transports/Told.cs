using System.Text.Json;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>One message as a consumer that is not ours understood it.</summary>
/// <param name="Attributes">The event's attributes; empty when the message is a raw request.</param>
/// <param name="Data">The event's data, or the raw request.</param>
/// <param name="Key">The transport's ordering key; null where it has none, or does not show it.</param>
/// <param name="Subject">What the transport itself says of its kind; null where it says nothing.</param>
internal sealed record Told(IReadOnlyDictionary<string, string> Attributes, byte[] Data, string? Key = null, string? Subject = null)
{
    public string this[string attribute] => Attributes.GetValueOrDefault(attribute, "");

    /// <summary>The attributes of an event as the SDK prints it.</summary>
    public static IReadOnlyDictionary<string, string> AttributesOf(JsonElement told) =>
        told.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.String && property.Name is not ("data" or "data_base64"))
            .ToDictionary(property => property.Name, property => property.Value.GetString()!);
}
