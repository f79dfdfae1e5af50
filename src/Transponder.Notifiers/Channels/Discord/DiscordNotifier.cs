using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Discord;

/// <summary>Posts messages to Discord through a webhook, into its channel or one of its threads.</summary>
public sealed class DiscordNotifier : Notifier
{
    private readonly DiscordOptions options;
    private readonly OutboundHttp http;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    public DiscordNotifier(DiscordOptions options, OutboundHttp http)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
    }

    /// <inheritdoc />
    public override string Type => "discord";

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    public override bool UpdatesMessages => true;

    /// <inheritdoc />
    public override bool LimitsTargets => true;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => DiscordOptions.CheckTarget(target);

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        SecretUrl.Open(options.WebhookUrl, http.Options.Policy, out var url)
        ?? await http.ProbeAsync(url, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (SecretUrl.Open(options.WebhookUrl, http.Options.Policy, out var url) is { } unusable)
            return unusable;
        var thread = string.IsNullOrEmpty(message.Target) ? options.ThreadId : message.Target;
        var body = DiscordPayload.Write(message);
        if (DiscordOptions.IsId(message.UpdateReceipt ?? ""))
        {
            var path = new Uri(url).AbsolutePath.TrimEnd('/');
            var standing = new UriBuilder(url)
            {
                Path = $"{path}/messages/{message.UpdateReceipt}",
                Query = thread is null ? "" : $"thread_id={thread}",
            };
            using var update = JsonRequest.Of(HttpMethod.Patch, standing.Uri.AbsoluteUri, body);
            var answer = await http.SendAsync(update, [url], cancellationToken).ConfigureAwait(false);
            if (!DiscordAnswer.IsAboutTheUpdate(answer))
                return DiscordAnswer.Result(answer);
        }
        // Only with wait does Discord answer after it has kept the message.
        var place = new UriBuilder(url) { Query = thread is null ? "wait=true" : $"wait=true&thread_id={thread}" };
        using var request = JsonRequest.Post(place.Uri.AbsoluteUri, body);
        return DiscordAnswer.Result(await http.SendAsync(request, [url], cancellationToken).ConfigureAwait(false));
    }
}
