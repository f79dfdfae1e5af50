using System.Net.Http.Headers;
using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;

namespace PluginNotifier;

/// <summary>Posts to a topic, or to the one that the address names: <c>phones:deploys</c>.</summary>
public sealed class NtfyNotifier(string url, string topic, SecretRef? token, OutboundHttp http) : Notifier
{
    /// <inheritdoc />
    public override string? CheckTarget(string? target) =>
        target is null || (target.Length is > 0 and <= 64 && target.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            ? null
            : "a topic is letters, digits, - and _, at most 64";

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        string? secret = null;
        if (token is not null && !token.TryResolve(out secret, out var problem))
            return new DeliveryResult.Rejected(DeliveryReason.AuthFailed, problem, RejectionScope.Destination);

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                topic = message.Target ?? topic,
                title = message.Title,
                message = message.Body,
                priority = message.Severity == Severity.Error ? 4 : 3,
                click = message.Execution?.ConsoleUrl,
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return HttpAnswers.Classify(await http.SendAsync(request, secret is null ? [] : [secret], cancellationToken));
    }
}
