using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Transponder.Server.Telemetry;

/// <summary>
/// Exports by OTLP: the spans of calls (Kestrel's, with the caller's <c>traceparent</c>), of deliveries and of requests to providers; metrics; logs. A
/// collector that is down costs what is exported to it and nothing else.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Transponder", "Transponder.Notifiers", "System.Net.Http"];

    private readonly TracerProvider traces;
    private readonly MeterProvider? metrics;

    private TelemetryExport(TelemetryOptions options)
    {
        traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => Describe(resource, options))
            .AddSource(Sources)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
            .AddProcessor(new CallNames())
            .AddOtlpExporter(exporter => Configure(exporter, options, "v1/traces"))
            .Build();
        if (options.Metrics)
        {
            metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => Describe(resource, options))
                .AddMeter("Transponder")
                .AddOtlpExporter(
                    (exporter, reader) =>
                    {
                        Configure(exporter, options, "v1/metrics");
                        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)
                            options.MetricsInterval.TotalMilliseconds;
                    }
                )
                .Build();
        }
    }

    /// <summary>Begins to export; null when there is no collector.</summary>
    public static TelemetryExport? Start(TelemetryOptions options)
    {
        if (options.Endpoint is null)
            return null;
        // Without it, a call's span says nothing but that there was a call.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        return new TelemetryExport(options);
    }

    /// <summary>Exports logs too, if they are wanted.</summary>
    public static void AddLogs(ILoggingBuilder logging, TelemetryOptions options)
    {
        if (options is not { Endpoint: not null, Logs: true })
            return;
        logging.AddOpenTelemetry(logs =>
        {
            var resource = ResourceBuilder.CreateDefault();
            Describe(resource, options);
            logs.SetResourceBuilder(resource);
            logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter(exporter => Configure(exporter, options, "v1/logs"));
        });
        // The exporter's own requests must not make more to export.
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
    }

    /// <summary>Exports what is left, for a few seconds at most.</summary>
    public void Dispose()
    {
        traces.Shutdown(2000);
        metrics?.Shutdown(2000);
        traces.Dispose();
        metrics?.Dispose();
    }

    private static void Describe(ResourceBuilder resource, TelemetryOptions options) =>
        resource.AddService(options.ServiceName, serviceVersion: TransponderApp.Version, serviceInstanceId: Environment.MachineName);

    private static void Configure(OtlpExporterOptions exporter, TelemetryOptions options, string path)
    {
        exporter.Protocol = options.Protocol;
        exporter.Endpoint =
            options.Protocol == OtlpExportProtocol.HttpProtobuf
                ? new Uri($"{options.Endpoint!.AbsoluteUri.TrimEnd('/')}/{path}")
                : options.Endpoint!;
        exporter.TimeoutMilliseconds = (int)options.Timeout.TotalMilliseconds;
        if (options.Headers.Count > 0)
            exporter.Headers = string.Join(
                ',',
                options.Headers.Select(header =>
                    $"{header.Key}={(header.Value.TryResolve(out var value, out _) ? Uri.EscapeDataString(value) : "")}"
                )
            );
    }
}
