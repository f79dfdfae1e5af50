using System.Text.Json;
using Transponder.Cloud.Aws;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Channels.Ses;

/// <summary>Turns what SES answers into a delivery's result: the message's id, or an error by its code.</summary>
internal static class SesAnswer
{
    public static DeliveryResult Result(HttpAnswer answer, string sender)
    {
        if (answer.Failure is not null)
            return HttpAnswers.Classify(answer);
        var detail = HttpAnswers.Describe(answer);
        if (answer.Status == 200)
        {
            return Field(answer.Body, "MessageId") is { Length: > 0 } id
                ? new DeliveryResult.Delivered(id, "accepted")
                : new DeliveryResult.Retry(DeliveryReason.ProtocolError, $"not an answer of SES's: {detail}");
        }
        return Code(answer) switch
        {
            "MessageRejected" => Refusal(answer.Body, sender, detail),
            "AccountSuspendedException" or "SendingPausedException" or "MailFromDomainNotVerifiedException" => Parked(detail),
            "ExpiredToken" or "ExpiredTokenException" => new DeliveryResult.Retry(DeliveryReason.ServerError, detail),
            "TooManyRequestsException" or "LimitExceededException" or "Throttling" or "ThrottlingException" => new DeliveryResult.Retry(
                DeliveryReason.Throttled,
                detail,
                answer.RetryAfter
            ),
            "NotFoundException" => Parked($"there is no such configuration set: {detail}"),
            var code when AboutCredentials.Contains(code) => Parked(detail),
            _ => HttpAnswers.Classify(answer),
        };
    }

    /// <summary>Whether other credentials may help.</summary>
    public static bool IsAboutCredentials(HttpAnswer answer) =>
        answer.Status is 400 or 401 or 403
        && (AboutCredentials.Contains(Code(answer)) || Code(answer).StartsWith("ExpiredToken", StringComparison.Ordinal));

    private static readonly HashSet<string> AboutCredentials = new(StringComparer.Ordinal)
    {
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    };

    // In SES's sandbox recipients need to be verified too; then the mail is at fault, and not the channel.
    private static DeliveryResult.Rejected Refusal(string body, string sender, string detail)
    {
        var aboutIdentity =
            body.Contains("not verified", StringComparison.OrdinalIgnoreCase)
            || body.Contains("authority", StringComparison.OrdinalIgnoreCase);
        if (!aboutIdentity)
            return new DeliveryResult.Rejected(DeliveryReason.MessageRejected, detail);
        return body.Contains(sender, StringComparison.OrdinalIgnoreCase)
            ? Parked(detail)
            : new DeliveryResult.Rejected(DeliveryReason.RecipientRejected, detail);
    }

    private static DeliveryResult.Rejected Parked(string detail) => new(DeliveryReason.AuthFailed, detail, RejectionScope.Destination);

    // AWS names the error in a header; gateways and emulators do so in the body, as JSON or XML.
    private static string Code(HttpAnswer answer)
    {
        var named = answer.Headers is { } headers && headers.TryGetValues("x-amzn-ErrorType", out var values) ? values.First() : "";
        if (named.Length == 0)
            named = Field(answer.Body, "__type") ?? Field(answer.Body, "code") ?? AwsQuery.Text(AwsQuery.Parse(answer.Body), "Code");
        return named.Split(':')[0].Split('#')[^1].Trim();
    }

    private static string? Field(string body, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
