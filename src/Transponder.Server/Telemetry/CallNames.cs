using System.Diagnostics;
using OpenTelemetry;

namespace Transponder.Server.Telemetry;

/// <summary>Calls each call's span by its method instead of Kestrel's own name for all of them; liveness probes are not worth a span.</summary>
internal sealed class CallNames : BaseProcessor<Activity>
{
    private static readonly string[] Probes = ["/healthcheck", "/metrics"];

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != "Microsoft.AspNetCore" || data.GetTagItem("url.path") is not string path)
            return;
        if (Probes.Contains(path))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        else if (data.GetTagItem("http.request.method") is string method)
            data.DisplayName =
                data.GetTagItem("http.route") is string route ? $"{method} {route}"
                : path.StartsWith("/api/", StringComparison.Ordinal) ? method
                : path;
    }
}
