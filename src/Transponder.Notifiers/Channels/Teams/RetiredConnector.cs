namespace Transponder.Notifiers.Channels.Teams;

/// <summary>Recognises the URLs of Office 365 connectors, which Microsoft has retired in favour of workflows.</summary>
internal static class RetiredConnector
{
    /// <summary>What to do in its place; null when the URL is none.</summary>
    public static string? Problem(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && IsConnector(uri)
            ? "this is the URL of an Office 365 connector, which Microsoft has retired; add the workflow \"Send webhook alerts to a channel\" "
                + "to the channel in Teams and use the URL that it shows"
            : null;

    private static bool IsConnector(Uri url) =>
        url.IdnHost.EndsWith(".webhook.office.com", StringComparison.OrdinalIgnoreCase)
        || url.IdnHost is "webhook.office.com" or "outlook.office.com" or "outlook.office365.com";
}
