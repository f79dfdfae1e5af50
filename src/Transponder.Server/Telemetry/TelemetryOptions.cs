using OpenTelemetry.Exporter;
using Transponder.Notifiers;

namespace Transponder.Server.Telemetry;

/// <summary>Where traces, metrics and logs are exported to by OTLP.</summary>
public sealed record TelemetryOptions
{
    /// <summary>The collector; null = nothing is exported.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>How it is spoken to.</summary>
    public OtlpExportProtocol Protocol { get; init; } = OtlpExportProtocol.Grpc;

    /// <summary>Headers of each export, such as a token.</summary>
    public IReadOnlyDictionary<string, SecretRef> Headers { get; init; } = new Dictionary<string, SecretRef>();

    /// <summary>How long one export may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The share of traces that begin here and are recorded; a caller's own decision goes before it. 0 = no traces of our own.</summary>
    public double TraceRatio { get; init; } = 0.01;

    /// <summary>Whether metrics are exported.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>How often metrics are exported.</summary>
    public TimeSpan MetricsInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether logs are exported.</summary>
    public bool Logs { get; init; } = true;

    /// <summary>How the service calls itself.</summary>
    public string ServiceName { get; init; } = "transponder";
}
