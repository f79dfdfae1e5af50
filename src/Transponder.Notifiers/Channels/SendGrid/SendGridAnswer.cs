using System.Globalization;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.SendGrid;

/// <summary>Turns what SendGrid answers into a delivery's result: 202 is accepted, 200 is checked and thrown away (the sandbox), nothing else is a success.</summary>
internal static class SendGridAnswer
{
    public static DeliveryResult Result(HttpAnswer answer, DateTimeOffset now)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);
        return answer.Status switch
        {
            202 => new DeliveryResult.Delivered(Header(answer, "X-Message-Id"), "accepted"),
            200 when answer.Body.Trim() is "" or "{}" => new DeliveryResult.Delivered(null, "checked, and not sent: the sandbox is on"),
            >= 200 and < 300 => new DeliveryResult.Retry(
                DeliveryReason.ProtocolError,
                $"not an answer of SendGrid's: {HttpAnswers.Describe(answer)}"
            ),
            400 when answer.Body.Contains("\"personalizations.0.to", StringComparison.Ordinal) => new DeliveryResult.Rejected(
                DeliveryReason.RecipientRejected,
                HttpAnswers.Describe(answer)
            ),
            429 => HttpAnswers.Classify(answer with { RetryAfter = answer.RetryAfter ?? UntilReset(answer, now) }),
            _ => HttpAnswers.Classify(answer),
        };
    }

    private static TimeSpan? UntilReset(HttpAnswer answer, DateTimeOffset now) =>
        long.TryParse(Header(answer, "X-RateLimit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds - now.ToUnixTimeSeconds() is > 0 and <= 3600 and var wait
            ? TimeSpan.FromSeconds(wait)
            : null;

    private static string? Header(HttpAnswer answer, string name) =>
        answer.Headers is { } headers && headers.TryGetValues(name, out var values) && values.First() is { Length: > 0 and <= 200 } value
            ? value
            : null;
}
