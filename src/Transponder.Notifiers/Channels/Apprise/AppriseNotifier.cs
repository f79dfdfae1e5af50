using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Apprise;

/// <summary>Hands messages to an Apprise API server, which passes them on to the services that it, or the channel, names.</summary>
public sealed class AppriseNotifier : Notifier
{
    private readonly AppriseOptions options;
    private readonly OutboundHttp http;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    public AppriseNotifier(AppriseOptions options, OutboundHttp http)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
    }

    /// <inheritdoc />
    public override string Type => "apprise";

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => options.CheckTarget(target);

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        await http.ProbeAsync(options.ServerUrl, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (http.Options.Policy.CheckUrl(options.ServerUrl) is { } wrong)
            return Unusable(DeliveryReason.InvalidAddress, wrong);
        var secrets = new List<string>();
        foreach (var reference in new[] { options.Key, options.Authorization }.Concat(options.Urls).OfType<SecretRef>())
        {
            if (!reference.TryResolve(out var value, out var problem))
                return Unusable(DeliveryReason.AuthFailed, problem);
            secrets.Add(value);
        }
        // They were read in this order.
        var key = options.Key is null ? null : secrets[0];
        var authorization = options.Authorization is null ? null : secrets[key is null ? 0 : 1];
        var urls = secrets[^options.Urls.Count..];
        if (key is not null && !AppriseOptions.IsKey(key))
            return Unusable(DeliveryReason.AuthFailed, $"{options.Key!.Place}: this is not a key of the Apprise API");
        if (authorization is not null && !AppriseOptions.IsHeader(authorization))
            return Unusable(DeliveryReason.AuthFailed, $"{options.Authorization!.Place}: the header is not plain ASCII in one line");

        using var request = JsonRequest.Post(
            $"{options.ServerUrl.TrimEnd('/')}/notify/{key}",
            ApprisePayload.Write(message, urls, key is null ? null : message.Target ?? options.Tags)
        );
        request.Headers.Add("Accept", "application/json");
        if (AppriseOptions.IsHeader(message.Id))
            request.Headers.TryAddWithoutValidation("X-Request-ID", message.Id);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        var answer = await http.SendAsync(request, secrets, cancellationToken).ConfigureAwait(false);
        return AppriseAnswer.Result(answer);
    }

    private static DeliveryResult.Rejected Unusable(DeliveryReason reason, string problem) =>
        new(reason, problem, RejectionScope.Destination);
}
