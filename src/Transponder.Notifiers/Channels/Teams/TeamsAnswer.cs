using System.Globalization;
using System.Text.RegularExpressions;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Teams;

/// <summary>Turns what a workflow answers into a delivery's result. 202 says that the workflow has begun; whether its card stands it never tells.</summary>
internal static partial class TeamsAnswer
{
    private const string RunHeader = "x-ms-workflow-run-id";

    public static DeliveryResult Result(HttpAnswer answer)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);
        if (answer.Status is >= 200 and < 300)
            return Accepted(answer);
        if (answer.Status is >= 400 and < 500 && answer.Body.Contains("WorkflowTriggerIsNotEnabled", StringComparison.Ordinal))
            return new DeliveryResult.Rejected(
                DeliveryReason.DestinationGone,
                $"HTTP {answer.Status}: the workflow is switched off",
                RejectionScope.Destination
            );
        return HttpAnswers.Classify(answer);
    }

    private static DeliveryResult Accepted(HttpAnswer answer)
    {
        // A gateway between may answer 200 and tell Teams' own status in words only.
        if (InWords().Match(answer.Body) is { Success: true } words)
            return HttpAnswers.Classify(answer with { Status = int.Parse(words.Groups[1].Value, CultureInfo.InvariantCulture) });
        if (answer.Body.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal))
            return new DeliveryResult.Retry(DeliveryReason.ProtocolError, $"HTTP {answer.Status} with a page: not an answer of a workflow");
        var run = answer.Headers is { } headers && headers.TryGetValues(RunHeader, out var values) ? values.First() : null;
        return new DeliveryResult.Delivered(run is { Length: > 0 and <= 100 } ? run : null, answer.Status == 202 ? "accepted" : "ok");
    }

    [GeneratedRegex(@"HTTP error ([45]\d\d)\b")]
    private static partial Regex InWords();
}
