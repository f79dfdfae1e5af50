using System.Globalization;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Sinks.Http;

/// <summary>
/// The handshake of CloudEvents' Web Hooks: OPTIONS asks whether the receiver takes our requests and how many a minute; nothing is sent before it
/// consents, and no faster than it permits.
/// </summary>
internal sealed class HttpConsent(HttpSinkOptions options, OutboundHttp http, TimeProvider time) : IDisposable
{
    private const string RequestOrigin = "WebHook-Request-Origin";
    private const string RequestRate = "WebHook-Request-Rate";
    private const string AllowedOrigin = "WebHook-Allowed-Origin";
    private const string AllowedRate = "WebHook-Allowed-Rate";

    private readonly SemaphoreSlim asking = new(1);
    private volatile bool given;
    private TimeSpan interval;
    private long next;

    /// <summary>Asks unless the receiver has consented already; null = it has, else the answer in one line.</summary>
    public async Task<string?> AskAsync(HttpSinkSecrets secrets, CancellationToken cancellationToken)
    {
        if (given)
            return null;
        await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (given)
                return null;
            using var request = new HttpRequestMessage(HttpMethod.Options, secrets.Webhook.Url);
            request.Headers.TryAddWithoutValidation(RequestOrigin, options.Origin);
            if (options.Rate is { } rate)
                request.Headers.TryAddWithoutValidation(RequestRate, rate.ToString(CultureInfo.InvariantCulture));
            secrets.AddTo(request);
            return Read(await http.SendAsync(request, secrets.All, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>The receiver has to be asked again.</summary>
    public void Withdraw() => given = false;

    /// <summary>Takes the next place in the permitted rate: how long to wait for it. Null when that is longer than the limit; no place is taken then.</summary>
    public TimeSpan? Reserve(TimeSpan limit)
    {
        if (interval == TimeSpan.Zero)
            return TimeSpan.Zero;
        var now = time.GetTimestamp();
        var step = (long)(interval.TotalSeconds * time.TimestampFrequency);
        while (true)
        {
            var seen = Interlocked.Read(ref next);
            var place = Math.Max(seen, now);
            var wait = time.GetElapsedTime(now, place);
            if (wait > limit)
                return null;
            if (Interlocked.CompareExchange(ref next, place + step, seen) == seen)
                return wait;
        }
    }

    /// <summary>The time between two requests at the permitted rate.</summary>
    public TimeSpan Interval => interval;

    public void Dispose() => asking.Dispose();

    private string? Read(HttpAnswer answer)
    {
        if (answer.Failure is { } failure)
            return failure.Detail;
        if (answer.Status is < 200 or >= 300)
            return $"the receiver does not consent: {HttpAnswers.Describe(answer)} to OPTIONS; turn handshake off if it knows none";
        if (Header(answer, AllowedOrigin) is not { } origin)
            return $"the receiver does not consent: its answer to OPTIONS has no {AllowedOrigin}; turn handshake off if it knows none";
        if (origin != "*" && !origin.Equals(options.Origin, StringComparison.OrdinalIgnoreCase))
            return $"the receiver does not consent: it permits another origin than {options.Origin}";

        var limited = int.TryParse(Header(answer, AllowedRate), NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate > 0;
        interval = limited ? TimeSpan.FromMinutes(1) / rate : TimeSpan.Zero;
        given = true;
        return null;
    }

    private static string? Header(HttpAnswer answer, string name) =>
        answer.Headers is { } headers && headers.TryGetValues(name, out var values) ? values.First().Trim() : null;
}
