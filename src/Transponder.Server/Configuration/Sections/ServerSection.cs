using System.Net;
using Transponder.Server.Wire;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>server</c>: where it listens. Flyte's keys of the same meaning are read too.</summary>
internal static class ServerSection
{
    public static WireOptions Read(ConfigSection section, bool authenticates, out TimeSpan shutdownGrace)
    {
        var defaults = new WireOptions();
        var grpc = section.Section("grpc");
        var host = section.Text("host", defaults.Host);
        var insecure = section.Flag("insecure", false);
        if (host is not ("localhost" or "*") && !IPAddress.TryParse(host, out _))
            section.Error("host", $"\"{host}\" is not an IP address, localhost or * (all interfaces)");
        else if (!insecure && !authenticates && !IsLoopback(host))
            section.Error(
                "host",
                $"\"{host}\" can be reached from other machines, and there is no authentication: anyone there could end executions and "
                    + "read deliveries. Configure auth.tokens or auth.oidc, listen on 127.0.0.1 behind a proxy that authenticates, "
                    + "or set server.insecure: true if the network is closed"
            );

        shutdownGrace = section.Duration("shutdownGrace", TimeSpan.FromSeconds(30));
        var httpPort = section.Number("httpPort", defaults.HttpPort, 0, 65535);
        var grpcPort = grpc.Number("port", section.Number("grpcPort", defaults.GrpcPort, 0, 65535), 0, 65535);
        if (httpPort == grpcPort && httpPort != 0)
            section.Error("httpPort", $"HTTP and gRPC cannot share port {httpPort}: change server.httpPort or server.grpc.port");
        grpc.Ignore("serverReflection", "enableGrpcLatencyMetrics", "maxConcurrentStreams");
        section.Ignore("kube-config", "master", "watchService", "kubeClientConfig");
        return new WireOptions
        {
            Host = host,
            HttpPort = httpPort,
            GrpcPort = grpcPort,
            MaxMessageBytes = grpc.Number("maxMessageSizeBytes", defaults.MaxMessageBytes, 64 * 1024, 1024 * 1024 * 1024),
            HeadersTimeout = TimeSpan.FromSeconds(
                section.Number("readHeaderTimeoutSeconds", (int)defaults.HeadersTimeout.TotalSeconds, 1, 3600)
            ),
            Tls = TlsSection.Read(section),
            Cors = CorsSection.Read(section),
        };
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));
}
