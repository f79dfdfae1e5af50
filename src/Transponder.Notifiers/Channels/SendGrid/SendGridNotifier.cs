using System.Net.Http.Headers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.SendGrid;

/// <summary>Sends mail through SendGrid's v3 API, one request for each recipient.</summary>
public sealed class SendGridNotifier : Notifier
{
    private readonly SendGridOptions options;
    private readonly OutboundHttp http;
    private readonly TimeProvider time;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings.</param>
    /// <param name="http">The way out, shared with other channels; it stays the caller's.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public SendGridNotifier(SendGridOptions options, OutboundHttp http, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(http);
        this.options = options;
        this.http = http;
        this.time = time ?? TimeProvider.System;
    }

    /// <inheritdoc />
    public override string Type => "sendgrid";

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) => SendGridOptions.CheckTarget(target);

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        options.ApiKey.TryResolve(out _, out var problem)
            ? await http.ProbeAsync(options.ApiUrl, cancellationToken).ConfigureAwait(false)
            : Unusable(DeliveryReason.AuthFailed, problem);

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        if (!options.ApiKey.TryResolve(out var key, out var problem))
            return Unusable(DeliveryReason.AuthFailed, problem);
        if (!SendGridOptions.IsKey(key))
            return Unusable(DeliveryReason.AuthFailed, $"{options.ApiKey.Place}: the API key is not plain ASCII without blanks");
        if (http.Options.Policy.CheckUrl(options.ApiUrl) is { } wrong)
            return Unusable(DeliveryReason.InvalidAddress, wrong);
        if (!EmailAddress.TryParse(options.From, out var from, out var sender))
            return Unusable(DeliveryReason.InvalidAddress, $"from: {sender}");
        if (!EmailAddress.TryParse(message.Target, out var to, out var recipient))
            return new DeliveryResult.Rejected(DeliveryReason.InvalidAddress, recipient);

        using var request = JsonRequest.Post(
            $"{options.ApiUrl.TrimEnd('/')}/v3/mail/send",
            SendGridPayload.Write(message, options, from, to)
        );
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var answer = await http.SendAsync(request, [key], cancellationToken).ConfigureAwait(false);
        return SendGridAnswer.Result(answer, time.GetUtcNow());
    }

    private static DeliveryResult.Rejected Unusable(DeliveryReason reason, string problem) =>
        new(reason, problem, RejectionScope.Destination);
}
