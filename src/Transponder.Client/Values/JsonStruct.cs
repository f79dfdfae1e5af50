using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;

namespace Transponder.Client.Values;

/// <summary>JSON as protobuf's struct and back. Numbers of a struct are doubles: whole ones come back without a point.</summary>
internal static class JsonStruct
{
    private const double LargestWhole = 1e15;

    public static JsonElement Element(object value) =>
        value switch
        {
            JsonElement element => element,
            JsonDocument document => document.RootElement,
            JsonNode node => JsonSerializer.SerializeToElement(node),
            _ => JsonSerializer.SerializeToElement(value, value.GetType()),
        };

    public static Struct Of(JsonElement json)
    {
        var written = new Struct();
        foreach (var property in json.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
            written.Fields[property.Name] = ValueOf(property.Value);
        return written;
    }

    public static JsonElement Of(Struct written) => JsonSerializer.SerializeToElement(NodeOf(Value.ForStruct(written)));

    /// <summary>What a number that JSON does not know is called.</summary>
    public static string NameOf(double number) =>
        double.IsNaN(number) ? "NaN"
        : number > 0 ? "Infinity"
        : "-Infinity";

    /// <summary>JSON's plain values as .NET's: text, numbers, truth, nothing, and lists and objects of these.</summary>
    public static object? Plain(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.String => json.GetString(),
            JsonValueKind.Number => json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Null => null,
            JsonValueKind.Array => json.EnumerateArray().Select(element => (object?)element).ToList(),
            JsonValueKind.Object => json.EnumerateObject().ToDictionary(property => property.Name, property => (object?)property.Value),
            _ => json,
        };

    private static Value ValueOf(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => Value.ForStruct(Of(json)),
            JsonValueKind.Array => Value.ForList([.. json.EnumerateArray().Select(ValueOf)]),
            JsonValueKind.String => Value.ForString(json.GetString()!),
            JsonValueKind.Number => Value.ForNumber(json.GetDouble()),
            JsonValueKind.True => Value.ForBool(true),
            JsonValueKind.False => Value.ForBool(false),
            _ => Value.ForNull(),
        };

    private static JsonNode? NodeOf(Value value) =>
        value.KindCase switch
        {
            Value.KindOneofCase.StructValue => new JsonObject(
                value.StructValue.Fields.Select(field => KeyValuePair.Create(field.Key, NodeOf(field.Value)))
            ),
            Value.KindOneofCase.ListValue => new JsonArray([.. value.ListValue.Values.Select(NodeOf)]),
            Value.KindOneofCase.StringValue => JsonValue.Create(value.StringValue),
            Value.KindOneofCase.BoolValue => JsonValue.Create(value.BoolValue),
            Value.KindOneofCase.NumberValue => NodeOf(value.NumberValue),
            _ => null,
        };

    // What JSON has no number for is written as text, by the names that protobuf's JSON gives it.
    private static JsonValue NodeOf(double number) =>
        !double.IsFinite(number) ? JsonValue.Create(NameOf(number))
        : Math.Abs(number) <= LargestWhole && number == Math.Floor(number) ? JsonValue.Create((long)number)
        : JsonValue.Create(number);
}
