using Transponder.Core.Egress;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Sinks.Http;

/// <summary>
/// Posts events to one URL through the guarded way out. Events of one key go one after another; keys go at once, within the permitted number of
/// requests. In batch mode one call's events share requests.
/// </summary>
public sealed class HttpSink : IEventSink
{
    private readonly HttpSinkOptions options;
    private readonly OutboundHttp http;
    private readonly TimeProvider time;
    private readonly HttpConsent? consent;
    private readonly SemaphoreSlim places;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;

    /// <summary>Makes one; nothing is connected yet.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <param name="http">The way out; it stays the caller's.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public HttpSink(HttpSinkOptions options, OutboundHttp http, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
        this.time = time ?? TimeProvider.System;
        consent = options.Handshake ? new HttpConsent(options, http, this.time) : null;
        places = new SemaphoreSlim(options.Concurrency);
        closed = closing.Token;
        Limits =
            options.Mode == HttpSinkMode.Batch
                ? new SinkLimits
                {
                    Records = options.BatchRecords,
                    Bytes = options.BatchBytes,
                    Concurrency = options.Concurrency,
                }
                : new SinkLimits { Records = 200 };
    }

    /// <inheritdoc />
    public string Description =>
        options.Url.TryResolve(out var url, out _) && Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? $"HTTP endpoint at {uri.Authority}"
            : $"HTTP endpoint in {options.Url.Place}";

    /// <inheritdoc />
    public SinkLimits Limits { get; }

    /// <inheritdoc />
    public async Task<IReadOnlyList<PublishResult>> PublishAsync(IReadOnlyList<EgressRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        if (!HttpSinkSecrets.TryResolve(options, http.Options.Policy, out var secrets, out var problem))
            return PublishResult.AllFailed(records.Count, problem);

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closed);
        var call = new HttpSinkCall(records, secrets, SendAsync, places, ends.Token);
        try
        {
            if (options.Mode == HttpSinkMode.Batch && records.All(record => record.Event is not null))
                await call.SendTogetherAsync(options.BatchRecords, options.BatchBytes).ConfigureAwait(false);
            else
                await call.SendEachAsync().ConfigureAwait(false);
            return call.Results;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return PublishResult.AllFailed(records.Count, "the sink was closed");
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        closing.Cancel();
        return ValueTask.CompletedTask;
    }

    private async Task<(PublishResult Result, bool ConcernsAll)> SendAsync(
        IReadOnlyList<EgressRecord> records,
        bool together,
        HttpSinkSecrets secrets,
        CancellationToken ends
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ends);
        try
        {
            if (await RefusedAsync(secrets, deadline, ends).ConfigureAwait(false) is { } refused)
                return (refused, true);
            deadline.CancelAfter(options.Timeout);
            var now = time.GetUtcNow();
            using var request = together
                ? HttpSinkRequest.OfBatch(records, options, secrets, now)
                : HttpSinkRequest.Of(records[0], options, secrets, now);
            var answer = await http.SendAsync(request, secrets.All, deadline.Token).ConfigureAwait(false);
            if (answer.Status is 401 or 403 or 405 or 410)
                consent?.Withdraw();
            return (HttpSinkAnswers.Classify(answer, options.Mode), HttpSinkAnswers.ConcernsAll(answer));
        }
        catch (OperationCanceledException) when (!ends.IsCancellationRequested)
        {
            return (new PublishResult(PublishOutcome.Failed, $"no answer within {options.Timeout.TotalSeconds:0.###} s"), true);
        }
    }

    private async Task<PublishResult?> RefusedAsync(HttpSinkSecrets secrets, CancellationTokenSource deadline, CancellationToken ends)
    {
        if (consent is null)
            return null;
        deadline.CancelAfter(options.Timeout);
        if (await consent.AskAsync(secrets, deadline.Token).ConfigureAwait(false) is { } refusal)
            return new PublishResult(PublishOutcome.Failed, refusal);
        if (consent.Reserve(options.Timeout) is not { } wait)
            return new PublishResult(PublishOutcome.Failed, "the receiver permits no more requests now", consent.Interval);
        deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, ends).ConfigureAwait(false);
        return null;
    }
}
