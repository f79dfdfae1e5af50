using System.Globalization;
using OpenTelemetry.Exporter;
using Transponder.Notifiers;
using Transponder.Server.Telemetry;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>telemetry</c>, or OpenTelemetry's own variables where a key is absent.</summary>
internal static class TelemetrySection
{
    public static TelemetryOptions Read(ConfigSection section)
    {
        var defaults = new TelemetryOptions();
        var (otlp, metrics) = (section.Section("otlp"), section.Section("metrics"));
        var headers = otlp.Section("headers");
        return defaults with
        {
            ServiceName = section.Text("serviceName") ?? Variable("OTEL_SERVICE_NAME") ?? defaults.ServiceName,
            Endpoint = Endpoint(otlp),
            Protocol = otlp.Choice(
                "protocol",
                Variable("OTEL_EXPORTER_OTLP_PROTOCOL") == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
                ("grpc", OtlpExportProtocol.Grpc),
                ("http/protobuf", OtlpExportProtocol.HttpProtobuf)
            ),
            Headers = headers
                .Keys.Select(name => (name, value: headers.TextOrSecret(name)))
                .Where(header => header.value is not null)
                .ToDictionary(header => header.name, header => header.value!),
            Timeout = otlp.Duration("timeout", defaults.Timeout),
            TraceRatio = Ratio(section.Section("traces"), defaults.TraceRatio),
            Metrics = metrics.Flag("enabled", defaults.Metrics),
            MetricsInterval = metrics.Duration("interval", defaults.MetricsInterval),
            Logs = section.Section("logs").Flag("enabled", defaults.Logs),
        };
    }

    private static Uri? Endpoint(ConfigSection otlp)
    {
        if ((otlp.Text("endpoint") ?? Variable("OTEL_EXPORTER_OTLP_ENDPOINT")) is not { Length: > 0 } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https")
            return endpoint;
        otlp.Error("endpoint", $"\"{text}\" is not an http or https URL such as http://collector:4317");
        return null;
    }

    private static double Ratio(ConfigSection traces, double fallback)
    {
        if ((traces.Text("ratio") ?? Variable("OTEL_TRACES_SAMPLER_ARG")) is not { } text)
            return fallback;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1)
            return ratio;
        traces.Error("ratio", $"\"{text}\" is not a number from 0 to 1");
        return fallback;
    }

    private static string? Variable(string name) => SecretRef.FromEnvironment(name).TryResolve(out var value, out _) ? value : null;
}
