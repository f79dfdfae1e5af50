using System.Text.Json;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Discord;

/// <summary>Turns what Discord answers into a delivery's result: the message as it stands, or an error with Discord's own code.</summary>
internal static class DiscordAnswer
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // Unknown channel, guild, webhook; a thread that is archived or locked; a forum's webhook that names no thread.
    private static readonly int[] Gone = [10003, 10004, 10015, 50083, 160005, 220001, 220003];

    // Unknown message; a message of somebody else.
    private static readonly int[] Unchangeable = [10008, 50005];

    /// <summary>Whether a message that could not be changed could still go as a new one.</summary>
    public static bool IsAboutTheUpdate(HttpAnswer answer) =>
        answer.Failure is null && answer.Status is >= 400 and < 500 && Unchangeable.Contains(Read(answer.Body).Code);

    public static DeliveryResult Result(HttpAnswer answer)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);
        var (id, code, wait) = Read(answer.Body);
        return answer.Status switch
        {
            204 => new DeliveryResult.Delivered(null, "ok"),
            >= 200 and < 300 when id is not null || answer.BodyCut => new DeliveryResult.Delivered(id, "ok"),
            >= 200 and < 300 => new DeliveryResult.Retry(
                DeliveryReason.ProtocolError,
                $"not an answer of Discord's: {HttpAnswers.Describe(answer)}"
            ),
            429 => HttpAnswers.Classify(answer with { RetryAfter = Longer(answer.RetryAfter, wait) }),
            400 when Gone.Contains(code) => new DeliveryResult.Rejected(
                DeliveryReason.DestinationGone,
                HttpAnswers.Describe(answer),
                RejectionScope.Destination
            ),
            _ => HttpAnswers.Classify(answer),
        };
    }

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one > other || other is null ? one : other;

    private static (string? Id, int Code, TimeSpan? Wait) Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return default;
            var id = root.TryGetProperty("id", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            var code = root.TryGetProperty("code", out var number) && number.AsInteger() is { } known ? known : 0;
            var wait =
                root.TryGetProperty("retry_after", out var delay)
                && delay.ValueKind == JsonValueKind.Number
                && delay.TryGetDouble(out var seconds)
                && seconds > 0
                    ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds))
                    : (TimeSpan?)null;
            return (id is { Length: > 0 and <= 100 } ? id : null, code, wait);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static int? AsInteger(this JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : null;
}
