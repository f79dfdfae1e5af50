using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Apprise;

/// <summary>Turns what an Apprise API server answers into a delivery's result: 200 is that every service took the message, and nothing else is a success.</summary>
internal static class AppriseAnswer
{
    // Whoever had the message already gets it again, so that few tries must do.
    private const int MostTries = 4;

    public static DeliveryResult Result(HttpAnswer answer)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);
        return answer.Status switch
        {
            200 when !answer.Body.AsSpan().TrimStart().StartsWith("<") => new DeliveryResult.Delivered(null, "sent"),
            204 => new DeliveryResult.Rejected(
                DeliveryReason.DestinationGone,
                "the server has no configuration under that key",
                RejectionScope.Destination
            ),
            >= 200 and < 300 => new DeliveryResult.Retry(
                DeliveryReason.ProtocolError,
                $"not an answer of Apprise's: {HttpAnswers.Describe(answer)}"
            ),
            424 => new DeliveryResult.Retry(
                DeliveryReason.ServerError,
                $"a service behind the server refused the message, or none has these tags: {HttpAnswers.Describe(answer)}"
            )
            {
                AtMost = MostTries,
            },
            _ => HttpAnswers.Classify(answer),
        };
    }
}
