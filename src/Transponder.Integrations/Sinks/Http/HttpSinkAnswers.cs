using Transponder.Core.Egress;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Sinks.Http;

/// <summary>What an answer means for the events of its request. Only what a receiver says of the message itself is a rejection.</summary>
internal static class HttpSinkAnswers
{
    public static PublishResult Classify(HttpAnswer answer, HttpSinkMode mode)
    {
        if (answer.Failure is { } failure)
            return new PublishResult(PublishOutcome.Failed, failure.Detail);
        if (answer.Status is >= 200 and < 300)
            return PublishResult.Confirmed;

        var detail = HttpAnswers.Describe(answer);
        var outcome = IsRejection(answer.Status, mode) ? PublishOutcome.Rejected : PublishOutcome.Failed;
        var advice = answer.Status switch
        {
            >= 300 and < 400 => "; redirects are not followed: use the final URL",
            401 or 403 => "; check the sink's credentials",
            404 or 405 => "; check the sink's url",
            410 => "; the receiver wants no more events: remove the sink or change its url",
            415 when mode != HttpSinkMode.Binary => "; the receiver does not take this form: try mode binary",
            _ => "",
        };
        return new PublishResult(outcome, detail + advice, answer.RetryAfter);
    }

    /// <summary>Whether other events would meet the same: true for what is wrong with the way, the receiver's consent, or its load.</summary>
    public static bool ConcernsAll(HttpAnswer answer) =>
        answer.Failure is not null
        || answer.Status is < 200 or (>= 300 and < 400) or 401 or 403 or 404 or 405 or 407 or 410 or 415 or 429 or 503;

    /// <summary>The media type of structured and batch mode is the sink's and not an event's, so 415 rejects no event there.</summary>
    private static bool IsRejection(int status, HttpSinkMode mode) =>
        status is 400 or 413 or 422 or 431 || (status == 415 && mode == HttpSinkMode.Binary);
}
