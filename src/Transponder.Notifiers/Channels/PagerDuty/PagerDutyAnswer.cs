using System.Text.Json;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.PagerDuty;

/// <summary>Turns what PagerDuty answers into a delivery's result: 202 is accepted, and nothing else of the 2xx without its <c>status: success</c>.</summary>
internal static class PagerDutyAnswer
{
    private const string RoutingKey = "routing_key";
    private const string RoutingKeyInWords = "routing key";

    public static DeliveryResult Result(HttpAnswer answer)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);

        var (status, key, blamesTheKey) = Read(answer);
        return answer.Status switch
        {
            202 => Accepted(key),
            >= 200 and < 300 when status == "success" => Accepted(key),
            >= 200 and < 300 => new DeliveryResult.Retry(
                DeliveryReason.ProtocolError,
                $"not an answer of PagerDuty's: {HttpAnswers.Describe(answer)}"
            ),
            400 when blamesTheKey => new DeliveryResult.Rejected(
                DeliveryReason.AuthFailed,
                HttpAnswers.Describe(answer),
                RejectionScope.Destination
            ),
            _ => HttpAnswers.Classify(answer),
        };
    }

    private static DeliveryResult.Delivered Accepted(string? key) => new(key, "accepted");

    private static (string? Status, string? Key, bool BlamesTheKey) Read(HttpAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return default;
            var errors = root.TryGetProperty("errors", out var list) && list.ValueKind == JsonValueKind.Array ? list.GetRawText() : "";
            var complaint = $"{errors} {Text(root, "message")}";
            var blamesTheKey =
                complaint.Contains(RoutingKey, StringComparison.OrdinalIgnoreCase)
                || complaint.Contains(RoutingKeyInWords, StringComparison.OrdinalIgnoreCase);
            return (Text(root, "status"), Text(root, "dedup_key"), blamesTheKey);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 and <= 300 } text
            ? text
            : null;
}
