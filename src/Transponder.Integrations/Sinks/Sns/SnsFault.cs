using Transponder.Core.Egress;
using Transponder.Notifiers;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>SNS's refusals as results: only one that names the message counts against the message.</summary>
internal static class SnsFault
{
    private const int LongestText = 200;

    private static readonly HashSet<string> AboutParameters = new(StringComparer.Ordinal)
    {
        "InvalidParameter",
        "InvalidParameterValue",
        "ParameterValueInvalid",
        "ValidationError",
        "ValidationException",
    };

    private static readonly HashSet<string> AboutCredentials = new(StringComparer.Ordinal)
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    };

    /// <summary>Whether a refused request may have been refused for one of its messages, so that each must be tried alone.</summary>
    public static bool MayBeOneMessage(int status, string code) =>
        status == 413 || code == "BatchRequestTooLong" || AboutParameters.Contains(code);

    /// <summary>Whether a refusal tells of the way to the topic, and would meet every other message too.</summary>
    public static bool IsAboutTopic(string code, string message) => !AboutParameters.Contains(code) || Has(message, "arn");

    /// <summary>Whether other credentials may help.</summary>
    public static bool IsAboutCredentials(string code) => AboutCredentials.Contains(code);

    /// <summary>The result that a refusal of one message, or of a request with one message, stands for.</summary>
    public static PublishResult Of(string code, string message, string topic, TimeSpan? retryAfter = null) =>
        AboutParameters.Contains(code) && NamesMessage(message)
            ? new PublishResult(PublishOutcome.Rejected, $"SNS refuses the message: {code}: {Line(message)}")
            : new PublishResult(PublishOutcome.Failed, $"{topic}: {Explain(code, message)}", retryAfter);

    // "Invalid parameter: Message too long", "Invalid parameter: Subject"; but "Invalid parameter: TopicArn" and what is missing are the sink's fault.
    private static bool NamesMessage(string message) =>
        (Has(message, "message") || Has(message, "subject")) && !Has(message, "arn") && !Has(message, "required") && !Has(message, "topic");

    private static string Explain(string code, string message) =>
        code switch
        {
            "SignatureDoesNotMatch" or "IncompleteSignature" => $"{code}: check the secret key and the machine's clock",
            "InvalidClientTokenId" or "InvalidAccessKeyId" or "UnrecognizedClientException" => $"{code}: AWS does not know the access key",
            "ExpiredToken" or "ExpiredTokenException" => $"{code}: the temporary credentials have ended",
            "NotFound" or "NotFoundException" => $"{code}: there is no such topic in that account and region",
            "AuthorizationError" or "AccessDenied" or "AccessDeniedException" =>
                $"{code}: the identity lacks sns:Publish on the topic: {Line(message)}",
            "" => message,
            _ => message.Length == 0 ? code : $"{code}: {Line(message)}",
        };

    private static string Line(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length <= LongestText ? line : $"{line[..LongestText]}…";
    }

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
