using System.Net.Http.Headers;
using Transponder.Cloud.Aws;
using Transponder.Notifiers;
using Transponder.Notifiers.Mail;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Channels.Ses;

/// <summary>Sends mail through AWS SES's v2 API: the same mail as by SMTP, one request for each recipient.</summary>
public sealed class SesNotifier : Notifier
{
    // The operator names the endpoint, not a user; it may well be a private one.
    private static readonly OutboundPolicy Anywhere = OutboundPolicy.Parse(["0.0.0.0/0", "::/0"], out _);

    private readonly SesOptions options;
    private readonly Uri endpoint;
    private readonly AwsScope scope;
    private readonly AwsCredentialCache credentials;
    private readonly TimeProvider time;
    private readonly OutboundHttp http;

    /// <summary>Makes one.</summary>
    /// <param name="options">The channel's settings; they must pass <see cref="SesOptions.Check"/>.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public SesNotifier(SesOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.time = time ?? TimeProvider.System;
        endpoint = options.Endpoint ?? AwsEndpoint.Of("email", options.Region);
        scope = new AwsScope(options.Region, "ses");
        credentials = options.Identity.Open(options.Region, this.time);
        http = new OutboundHttp(new OutboundOptions { Policy = Anywhere }, this.time);
    }

    /// <inheritdoc/>
    public override string Type => "ses";

    /// <inheritdoc/>
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc/>
    protected internal override bool ShowsParts => true;

    /// <inheritdoc/>
    public override string? CheckTarget(string? target) => SesOptions.CheckTarget(target);

    /// <inheritdoc/>
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await credentials.GetAsync(cancellationToken);
        }
        catch (AwsCredentialException error)
        {
            return Unusable(DeliveryReason.AuthFailed, error.Message);
        }
        return await http.ProbeAsync(endpoint.AbsoluteUri, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!EmailAddress.TryParse(options.From, out var from, out var sender))
            return Unusable(DeliveryReason.InvalidAddress, $"from: {sender}");
        if (!EmailAddress.TryParse(message.Target, out var to, out var recipient))
            return new DeliveryResult.Rejected(DeliveryReason.InvalidAddress, recipient);
        AwsCredentials key;
        try
        {
            key = await credentials.GetAsync(cancellationToken);
        }
        catch (AwsCredentialException error)
        {
            return Unusable(DeliveryReason.AuthFailed, error.Message);
        }

        var body = SesPayload.Write(MimeMessage.Compose(message, from, [to]).Span, to, options.ConfigurationSet);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/v2/email/outbound-emails"))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        AwsRequestSigner.Sign(request, body, scope, key, time.GetUtcNow());
        var answer = await http.SendAsync(request, [key.SecretKey, key.SessionToken ?? ""], cancellationToken);
        if (SesAnswer.IsAboutCredentials(answer))
            credentials.Forget(key);
        return SesAnswer.Result(answer, from.Address);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        http.Dispose();
        await base.DisposeAsync();
    }

    private static DeliveryResult.Rejected Unusable(DeliveryReason reason, string problem) =>
        new(reason, problem, RejectionScope.Destination);
}
