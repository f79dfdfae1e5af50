using System.Net.Http.Headers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Slack;

/// <summary>Posts messages to Slack: through an incoming webhook, or as a bot that also keeps one thread for each execution.</summary>
public sealed class SlackNotifier : Notifier
{
    private readonly SlackOptions options;
    private readonly OutboundHttp http;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    public SlackNotifier(SlackOptions options, OutboundHttp http)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
    }

    /// <inheritdoc />
    public override string Type => "slack";

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    public override bool KeepsThreads => options.WebhookUrl is null;

    /// <inheritdoc />
    public override bool UpdatesMessages => options.WebhookUrl is null;

    /// <inheritdoc />
    public override bool LimitsTargets => options.WebhookUrl is null;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => options.CheckTarget(target);

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default)
    {
        if ((options.WebhookUrl ?? options.BotToken) is not { } secret)
            return Unusable(DeliveryReason.AuthFailed, "neither a webhookUrl nor a botToken is set");
        if (!secret.TryResolve(out var value, out var problem))
            return Unusable(DeliveryReason.AuthFailed, problem);
        return await http.ProbeAsync(options.WebhookUrl is null ? options.ApiUrl : value, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken) =>
        options.WebhookUrl is { } webhook ? PostAsync(webhook, message, cancellationToken)
        : options.BotToken is { } token ? PostAsBotAsync(token, message, cancellationToken)
        : Task.FromResult<DeliveryResult>(Unusable(DeliveryReason.AuthFailed, "neither a webhookUrl nor a botToken is set"));

    private async Task<DeliveryResult> PostAsync(SecretRef webhook, Message message, CancellationToken cancellationToken)
    {
        if (!webhook.TryResolve(out var url, out var problem))
            return Unusable(DeliveryReason.AuthFailed, problem);
        if (http.Options.Policy.CheckUrl(url) is { } wrong)
            return Unusable(DeliveryReason.InvalidAddress, wrong);

        using var request = Request(url, SlackPayload.Write(message, null, null));
        var answer = await http.SendAsync(request, [url], cancellationToken).ConfigureAwait(false);
        return SlackAnswer.OfWebhook(answer).Result();
    }

    private async Task<DeliveryResult> PostAsBotAsync(SecretRef secret, Message message, CancellationToken cancellationToken)
    {
        if (!secret.TryResolve(out var token, out var problem))
            return Unusable(DeliveryReason.AuthFailed, problem);
        if (!SlackOptions.IsToken(token))
            return Unusable(DeliveryReason.AuthFailed, $"{secret.Place}: the token is not plain ASCII without blanks");
        if (http.Options.Policy.CheckUrl(options.ApiUrl) is { } wrong)
            return Unusable(DeliveryReason.InvalidAddress, wrong);

        if (SlackReceipt.Parse(message.UpdateReceipt) is { } standing)
        {
            var update = await CallAsync(token, "chat.update", SlackPayload.WriteUpdate(message, standing), cancellationToken)
                .ConfigureAwait(false);
            if (update.Error is not { } refusal || !SlackErrors.IsAboutTheUpdate(refusal))
                return update.Result();
        }
        var place = string.IsNullOrEmpty(message.Target) ? options.Channel! : message.Target;
        var thread = SlackReceipt.Parse(message.ThreadReceipt);
        var body = SlackPayload.Write(message, thread?.Channel ?? place, thread?.Timestamp);
        var answer = await CallAsync(token, "chat.postMessage", body, cancellationToken).ConfigureAwait(false);
        if (thread is not null && answer.Error is { } error && SlackErrors.IsAboutTheThread(error))
            answer = await CallAsync(token, "chat.postMessage", SlackPayload.Write(message, place, null), cancellationToken)
                .ConfigureAwait(false);
        return answer.Result();
    }

    private async Task<SlackAnswer> CallAsync(string token, string method, byte[] body, CancellationToken cancellationToken)
    {
        using var request = Request($"{options.ApiUrl.TrimEnd('/')}/{method}", body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return SlackAnswer.OfApi(await http.SendAsync(request, [token], cancellationToken).ConfigureAwait(false));
    }

    private static HttpRequestMessage Request(string url, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("User-Agent", "Transponder");
        return request;
    }

    private static DeliveryResult.Rejected Unusable(DeliveryReason reason, string problem) =>
        new(reason, problem, RejectionScope.Destination);
}
