using System.Text.Json;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>What Slack answered: the Web API in JSON, whose HTTP 200 may say <c>ok:false</c>; an incoming webhook in a word of plain text.</summary>
/// <param name="Http">The answer as it came.</param>
/// <param name="IsOk">Whether the message stands.</param>
/// <param name="Error">Slack's error code; null when it gave none.</param>
/// <param name="Receipt">Where the message stands; null when Slack did not say.</param>
internal sealed record SlackAnswer(HttpAnswer Http, bool IsOk, string? Error, SlackReceipt? Receipt)
{
    private const int LongestCode = 100;

    /// <summary>Reads the Web API's answer.</summary>
    public static SlackAnswer OfApi(HttpAnswer http)
    {
        if (http.Failure is not null || http.BodyCut)
            return new SlackAnswer(http, false, null, null);
        try
        {
            using var json = JsonDocument.Parse(http.Body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return new SlackAnswer(http, false, null, null);
            var ok = root.TryGetProperty("ok", out var flag) && flag.ValueKind == JsonValueKind.True;
            var receipt =
                Text(root, "channel") is { } channel && Text(root, "ts") is { } ts ? new SlackReceipt(channel, ts) : (SlackReceipt?)null;
            return new SlackAnswer(http, ok && http.Status is >= 200 and < 300, ok ? null : Text(root, "error"), receipt);
        }
        catch (JsonException)
        {
            return new SlackAnswer(http, false, null, null);
        }
    }

    /// <summary>Reads an incoming webhook's answer. Only its <c>ok</c> is a success: a page of some proxy may come with HTTP 200 too.</summary>
    public static SlackAnswer OfWebhook(HttpAnswer http)
    {
        var word = http.Body.Trim();
        var code = word.Split(':', ' ')[0];
        var ok = http.Status is >= 200 and < 300 && word is "ok";
        return new SlackAnswer(http, ok, SlackErrors.IsKnown(code) ? code : null, null);
    }

    /// <summary>The result that the answer stands for.</summary>
    public DeliveryResult Result()
    {
        if (IsOk)
            return new DeliveryResult.Delivered(Receipt?.ToString(), "ok");
        if (Http.Failure is { } failure)
            return failure;
        if (Http.Status == 429 || Error is null && Http.Status is not (>= 200 and < 300))
            return HttpAnswers.Classify(Http);
        if (Error is null)
            return new DeliveryResult.Retry(DeliveryReason.ProtocolError, $"not an answer of Slack's: {HttpAnswers.Describe(Http)}");
        return SlackErrors.Result(Error, $"Slack answered {Http.Scrubber.Excerpt(Error)}", Http.RetryAfter);
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 and <= LongestCode } text
            ? text
            : null;
}
