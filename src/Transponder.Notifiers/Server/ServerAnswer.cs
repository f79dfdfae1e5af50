using System.Text.Json;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Server;

/// <summary>Turns what the server answers into a result: stored, refused with its reason, or to be tried again.</summary>
internal static class ServerAnswer
{
    public static DeliveryResult Result(HttpAnswer answer)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);
        var (ids, duplicate, message) = Read(answer.Body);
        if (answer.Status == 200)
            return ids is null
                ? new DeliveryResult.Retry(
                    DeliveryReason.ProtocolError,
                    $"not an answer of a Transponder server: {HttpAnswers.Describe(answer)}"
                )
                : new DeliveryResult.Delivered(
                    ids.Length > 0 ? ids[0] : null,
                    duplicate ? "the server had it already" : $"the server delivers it as {string.Join(", ", ids)}"
                );
        if (message is null)
            return HttpAnswers.Classify(answer);
        var detail = $"HTTP {answer.Status}: {answer.Scrubber.Excerpt(message)}";
        return answer.Status switch
        {
            // The token may be renewed, and with it what waits can go.
            401 => new DeliveryResult.Rejected(DeliveryReason.AuthFailed, detail, RejectionScope.Destination),
            403 => new DeliveryResult.Rejected(DeliveryReason.AuthFailed, detail),
            404 => new DeliveryResult.Rejected(DeliveryReason.DestinationGone, detail),
            429 => new DeliveryResult.Retry(DeliveryReason.Throttled, detail, answer.RetryAfter),
            >= 500 => new DeliveryResult.Retry(DeliveryReason.ServerError, detail, answer.RetryAfter),
            >= 400 => new DeliveryResult.Rejected(DeliveryReason.MessageRejected, detail),
            _ => HttpAnswers.Classify(answer),
        };
    }

    private static (string[]? Ids, bool Duplicate, string? Message) Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return default;
            var ids =
                root.TryGetProperty("delivery_ids", out var list) && list.ValueKind == JsonValueKind.Array
                    ? list.EnumerateArray().Where(id => id.ValueKind == JsonValueKind.String).Select(id => id.GetString()!).ToArray()
                    : null;
            var duplicate = root.TryGetProperty("duplicate", out var flag) && flag.ValueKind == JsonValueKind.True;
            var message =
                root.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String && root.TryGetProperty("code", out _)
                    ? text.GetString()
                    : null;
            return (ids, duplicate, message);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
