namespace Transponder.Notifiers.Outbound;

/// <summary>A URL that is a secret, as those of incoming webhooks are.</summary>
internal static class SecretUrl
{
    /// <summary>What keeps requests from going there; null when nothing does. The URL is never part of it.</summary>
    public static string? Problem(SecretRef secret, OutboundPolicy policy) =>
        secret.TryResolve(out var url, out var unreadable) ? policy.CheckUrl(url) : unreadable;

    /// <summary>Reads the URL; the result that stands in its place when it cannot be used, else null.</summary>
    public static DeliveryResult.Rejected? Open(SecretRef secret, OutboundPolicy policy, out string url)
    {
        if (!secret.TryResolve(out url!, out var unreadable))
            return new(DeliveryReason.AuthFailed, unreadable, RejectionScope.Destination);
        return policy.CheckUrl(url) is { } problem ? new(DeliveryReason.InvalidAddress, problem, RejectionScope.Destination) : null;
    }
}
