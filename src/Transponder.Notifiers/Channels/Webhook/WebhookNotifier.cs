using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Webhook;

/// <summary>Posts messages to one URL, signed as Standard Webhooks describe it.</summary>
public sealed class WebhookNotifier : Notifier
{
    private readonly WebhookOptions options;
    private readonly OutboundHttp http;
    private readonly TimeProvider time;

    /// <summary>Makes one.</summary>
    /// <param name="options">The webhook's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public WebhookNotifier(WebhookOptions options, OutboundHttp http, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
        this.time = time ?? TimeProvider.System;
    }

    /// <inheritdoc />
    public override string Type => "webhook";

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => Check(target);

    /// <summary>Says what is wrong with a target; null when there is none, as it must be.</summary>
    /// <param name="target">What an address has after the channel's name.</param>
    public static string? Check(string? target) =>
        string.IsNullOrEmpty(target) ? null : "a webhook takes no target; the channel's name alone is its address";

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default)
    {
        if (!WebhookSecrets.TryResolve(options, out var secrets, out var problem))
            return new DeliveryResult.Rejected(DeliveryReason.AuthFailed, problem, RejectionScope.Destination);
        return await http.ProbeAsync(secrets.Url, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (!WebhookSecrets.TryResolve(options, out var secrets, out var problem))
            return new DeliveryResult.Rejected(DeliveryReason.AuthFailed, problem, RejectionScope.Destination);
        if (http.Options.Policy.CheckUrl(secrets.Url) is { } wrong)
            return new DeliveryResult.Rejected(DeliveryReason.InvalidAddress, wrong, RejectionScope.Destination);

        using var request = Request(message, secrets);
        var answer = await http.SendAsync(request, secrets.All, cancellationToken).ConfigureAwait(false);
        return HttpAnswers.Classify(answer);
    }

    private HttpRequestMessage Request(Message message, WebhookSecrets secrets)
    {
        var body = WebhookPayload.Write(message);
        var id = WebhookHeaders.Encode(message.Id);
        var now = time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, secrets.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var headers = request.Headers;
        headers.Add("User-Agent", "Transponder");
        headers.Add(WebhookSignature.IdHeader, id);
        headers.Add(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (secrets.Signing.Count > 0)
            headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(id, now, body, secrets.Signing));
        if (options.TraceContext && Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C, Id: { } traceParent })
            headers.Add("traceparent", traceParent);
        if (message.Replay)
            headers.Add(WebhookHeaders.Replay, "true");
        if (options.Format == WebhookFormat.CloudEvents)
            AddCloudEvent(headers, message, id);
        foreach (var (name, value) in secrets.Headers)
        {
            headers.Remove(name);
            headers.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    private void AddCloudEvent(HttpRequestHeaders headers, Message message, string id)
    {
        headers.Add("ce-specversion", "1.0");
        headers.Add("ce-id", id);
        headers.Add("ce-source", WebhookHeaders.Encode(options.Source));
        headers.Add("ce-type", WebhookHeaders.Encode("dev.transponder." + WebhookPayload.TypeOf(message)));
        headers.Add("ce-time", message.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        if (message.Execution is { } execution)
            headers.Add("ce-subject", WebhookHeaders.Encode($"{execution.Project}/{execution.Domain}/{execution.Name}"));
    }
}
