using System.Diagnostics;

namespace Transponder.Notifiers.Outbound;

/// <summary>
/// The span of one request to a provider. It names the host and never the path, which is often a secret. Costs nothing while nobody listens.
/// </summary>
internal static class ProviderTrace
{
    private static readonly ActivitySource source = new("Transponder.Notifiers");

    public static Activity? Begin(string name, string host, int port)
    {
        var span = source.HasListeners() ? source.StartActivity(name, ActivityKind.Client) : null;
        span?.SetTag("server.address", host);
        span?.SetTag("server.port", port);
        return span;
    }

    public static void End(Activity? span, HttpAnswer answer)
    {
        if (span is null)
            return;
        if (answer.Status > 0)
            span.SetTag("http.response.status_code", answer.Status);
        if (answer.Failure is { } failure)
            End(span, failure);
        else if (answer.Status >= 400)
            span.SetTag("error.type", answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .SetStatus(ActivityStatusCode.Error);
    }

    public static void End(Activity? span, DeliveryResult result)
    {
        if (result is not DeliveryResult.Delivered)
            span?.SetTag("error.type", result.Reason.ToString()).SetStatus(ActivityStatusCode.Error);
    }
}
