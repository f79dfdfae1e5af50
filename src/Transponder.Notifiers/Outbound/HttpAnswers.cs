using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Outbound;

/// <summary>Turns what HTTP says into delivery results, in the same way for every channel that speaks it.</summary>
public static class HttpAnswers
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The result that a status stands for: success, a failure that may pass, or one that is for good.</summary>
    /// <param name="answer">The answer, or the failure that stood in its place.</param>
    public static DeliveryResult Classify(HttpAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Failure is { } failure)
            return failure;

        var detail = Describe(answer);
        return answer.Status switch
        {
            >= 200 and < 300 => new DeliveryResult.Delivered(null, $"HTTP {answer.Status}"),
            >= 300 and < 400 => new DeliveryResult.Rejected(
                DeliveryReason.Redirected,
                $"HTTP {answer.Status}: redirects are not followed; use the final URL",
                RejectionScope.Destination
            ),
            401 or 402 or 403 or 407 => new DeliveryResult.Rejected(DeliveryReason.AuthFailed, detail, RejectionScope.Destination),
            404 or 405 or 410 => new DeliveryResult.Rejected(DeliveryReason.DestinationGone, detail, RejectionScope.Destination),
            408 => new DeliveryResult.Retry(DeliveryReason.Timeout, detail, answer.RetryAfter),
            429 => new DeliveryResult.Retry(DeliveryReason.Throttled, detail, answer.RetryAfter),
            421 or 425 or (>= 500 and < 600) => new DeliveryResult.Retry(DeliveryReason.ServerError, detail, answer.RetryAfter),
            >= 400 and < 500 => new DeliveryResult.Rejected(DeliveryReason.MessageRejected, detail),
            _ => new DeliveryResult.Retry(DeliveryReason.ProtocolError, detail),
        };
    }

    /// <summary>The answer in one line for people: the status and the beginning of the body, without anything secret.</summary>
    /// <param name="answer">The answer.</param>
    public static string Describe(HttpAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var excerpt = answer.Scrubber.Excerpt(answer.Body);
        return excerpt.Length == 0 ? $"HTTP {answer.Status}" : $"HTTP {answer.Status}: {excerpt}";
    }

    /// <summary>The result of a request that was not answered.</summary>
    internal static DeliveryResult Failed(Exception error, string host)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is BlockedAddressException)
                return new DeliveryResult.Rejected(DeliveryReason.BlockedAddress, cause.Message, RejectionScope.Destination);
            if (cause is AuthenticationException)
                return Retry(DeliveryReason.TlsFailed, Escaping.SingleLine(cause.Message));
        }

        return (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => Retry(DeliveryReason.ConnectFailed, "the name cannot be resolved"),
            HttpRequestError.ConnectionError => Retry(DeliveryReason.ConnectFailed, SocketText(error)),
            HttpRequestError.SecureConnectionError => Retry(DeliveryReason.TlsFailed, "TLS could not be established"),
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => Retry(
                DeliveryReason.ProtocolError,
                "the answer is not valid HTTP"
            ),
            null when error is OperationCanceledException => Retry(DeliveryReason.ConnectFailed, "no connection in time"),
            _ => Retry(DeliveryReason.ConnectionLost, "the connection broke before the answer"),
        };

        DeliveryResult.Retry Retry(DeliveryReason reason, string text) => new(reason, $"{host}: {text}");
    }

    /// <summary>The delay that an answer asks for, as seconds or as a date; null when it asks for none.</summary>
    internal static TimeSpan? RetryAfter(HttpResponseHeaders headers, TimeProvider time)
    {
        TimeSpan? delay = headers.RetryAfter switch
        {
            { Delta: { } seconds } => seconds,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => Fraction(headers),
        };
        return delay > TimeSpan.Zero ? TimeSpan.FromTicks(Math.Min(delay.Value.Ticks, LongestRetryAfter.Ticks)) : null;
    }

    private static TimeSpan? Fraction(HttpResponseHeaders headers) =>
        headers.TryGetValues("Retry-After", out var values)
        && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRetryAfter.TotalSeconds))
            : null;

    private static string SocketText(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException!)
        {
            if (cause is TimeoutException or OperationCanceledException)
                return "no connection in time";
            if (cause is SocketException socket)
            {
                return socket.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => "connection refused",
                    SocketError.TimedOut => "no connection in time",
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable => "unreachable",
                    var code => code.ToString(),
                };
            }
        }
        return "no connection could be made";
    }
}
