using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.GoogleChat;

/// <summary>Posts messages to a space of Google Chat through an incoming webhook, one thread for each execution.</summary>
public sealed class GoogleChatNotifier : Notifier
{
    private readonly GoogleChatOptions options;
    private readonly OutboundHttp http;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    public GoogleChatNotifier(GoogleChatOptions options, OutboundHttp http)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
    }

    /// <inheritdoc />
    public override string Type => "googlechat";

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
        string.IsNullOrEmpty(target) ? null : "a webhook of Google Chat posts to its own space; the channel's name alone is its address";

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        SecretUrl.Open(options.WebhookUrl, http.Options.Policy, out var url)
        ?? await http.ProbeAsync(url, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (SecretUrl.Open(options.WebhookUrl, http.Options.Policy, out var url) is { } unusable)
            return unusable;
        var place = new UriBuilder(url);
        if (options.Threads)
            place.Query += "&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD";
        using var request = JsonRequest.Post(place.Uri.AbsoluteUri, GoogleChatPayload.Write(message, options.Threads));
        return GoogleChatAnswer.Result(await http.SendAsync(request, [url], cancellationToken).ConfigureAwait(false));
    }
}
