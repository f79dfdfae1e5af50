using Npgsql;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Scenarios;

/// <summary>The configurations that scenarios run with.</summary>
public static class ScenarioConfig
{
    /// <summary>Adds ports and a store.</summary>
    public static string Complete(string yaml, TempDirectory folder, int httpPort, int grpcPort, string? postgres, string server = "") =>
        $"""
            server: {"{"} httpPort: {httpPort}, grpc: {"{"} port: {grpcPort} {"}"}, {server} {"}"}
            {(postgres is null ? Sqlite(folder) : Postgres(postgres))}
            {yaml}
            """;

    /// <summary>Notifications on, and webhook channels by name and URL.</summary>
    public static string Webhooks(params IEnumerable<(string Name, string Url)> channels) =>
        "notifications: { type: embedded }\n" + Channels(channels);

    /// <summary>Webhook channels on loopback, whatever the notifications.</summary>
    public static string Channels(params IEnumerable<(string Name, string Url)> channels) =>
        string.Concat(
            channels.Select(channel => $"  {channel.Name}: {{ type: webhook, url: {channel.Url}, timeout: 30s }}\n").Prepend("channels:\n")
        ) + "outbound: { allow: [ 127.0.0.0/8 ] }\n";

    /// <summary>Notifications on, with mail to a loopback port.</summary>
    public static string Mail(
        int port,
        string subject = "{{ name }} has {{ phase }}.",
        string body = "<p>{{ name }} has {{ phase }}.{{ error }}</p>"
    ) =>
        $$"""
            notifications:
              type: embedded
              emailer:
                sender: flyte@example.com
                subject: '{{subject}}'
                body: '{{body}}'
                emailServerConfig: { serviceName: smtp, smtpServer: 127.0.0.1, smtpPort: "{{port}}" }

            """;

    private static string Sqlite(TempDirectory folder) => $"database: {{ sqlite: {{ file: {folder.File("transponder.db")} }} }}";

    private static string Postgres(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"database: {{ postgres: {{ host: {parts.Host}, port: {parts.Port}, dbname: {parts.Database}, username: {parts.Username} }} }}";
    }
}
