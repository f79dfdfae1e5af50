using System.Text.Json;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.GoogleChat;

/// <summary>Turns what Google Chat answers into a delivery's result: the message with its name, or an error in Google's form.</summary>
internal static class GoogleChatAnswer
{
    public static DeliveryResult Result(HttpAnswer answer)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);
        if (answer.Status is >= 200 and < 300)
            return NameOf(answer.Body) is { } name
                ? new DeliveryResult.Delivered(name, "ok")
                : new DeliveryResult.Retry(DeliveryReason.ProtocolError, $"not an answer of Google Chat's: {HttpAnswers.Describe(answer)}");
        // A key that is no key is a bad request to Google, but no fault of the message.
        if (answer.Status == 400 && answer.Body.Contains("API_KEY_INVALID", StringComparison.Ordinal))
            return new DeliveryResult.Rejected(DeliveryReason.AuthFailed, HttpAnswers.Describe(answer), RejectionScope.Destination);
        return HttpAnswers.Classify(answer);
    }

    private static string? NameOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("name", out var name)
                && name.ValueKind == JsonValueKind.String
                && name.GetString() is { Length: > 0 and <= 200 } text
                ? text
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
