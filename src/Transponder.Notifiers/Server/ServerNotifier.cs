using System.Net.Http.Headers;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Server;

/// <summary>
/// Hands messages to a Transponder server, which delivers them by a channel of its own: with its secrets, retries and record. Delivered means that the
/// server has stored the message; it goes by the message's id, so a message that is handed over twice is delivered once.
/// </summary>
public sealed class ServerNotifier : Notifier
{
    private const string Route = "/api/v1/notify";

    // The server's address is the operator's word, and most servers are in the cluster's own network.
    private static readonly OutboundPolicy Anywhere = OutboundPolicy.Parse(["0.0.0.0/0", "::/0"], out _);

    private readonly ServerNotifierOptions options;
    private readonly OutboundHttp http;

    /// <summary>Makes one; it has connections of its own.</summary>
    /// <param name="options">Which server, which of its channels, and who sends.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public ServerNotifier(ServerNotifierOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(options.Channel, nameof(options));
        this.options = options;
        http = new OutboundHttp(new OutboundOptions { Policy = Anywhere, TrustedRoots = options.TrustedRoots }, time);
    }

    /// <inheritdoc />
    public override string Type => "server";

    /// <inheritdoc />
    public override TimeSpan Timeout => options.Timeout;

    /// <inheritdoc />
    protected internal override bool ShowsExecution => true;

    /// <inheritdoc />
    protected internal override bool ShowsParts => true;

    /// <inheritdoc />
    public override string? CheckTarget(string? target) =>
        target is { Length: > 1000 } ? "a target has at most 1,000 characters; the server knows which ones the channel takes" : null;

    /// <inheritdoc />
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        TryToken(out _, out var refused) ? await http.ProbeAsync(options.Endpoint, cancellationToken).ConfigureAwait(false) : refused;

    /// <inheritdoc />
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!TryToken(out var token, out var refused))
            return refused!;
        using var request = JsonRequest.Post(options.Endpoint.TrimEnd('/') + Route, ServerMessage.Write(message, options.Channel));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return ServerAnswer.Result(await http.SendAsync(request, token is null ? [] : [token], cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        http.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private bool TryToken(out string? token, out DeliveryResult? refused)
    {
        (token, refused) = (null, null);
        if (options.Token is not { } secret)
            return true;
        if (secret.TryResolve(out token, out var problem) && !token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return true;
        problem ??= $"{secret.Place} holds characters that no token has";
        refused = new DeliveryResult.Rejected(DeliveryReason.AuthFailed, problem, RejectionScope.Destination);
        return false;
    }
}
