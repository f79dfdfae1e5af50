namespace Transponder.Tests.Server.Configuration;

/// <summary>A configuration with ten mistakes, and where they are.</summary>
internal static class TenMistakes
{
    public const string Yaml = """
        server:
          host: example.org
          httpPort: 99999
        domains:
          - { name: nameless }
        notifications:
          type: pigeon
          strictAddresses: perhaps
          emailer:
            sender: not-an-address
            emailServerConfig:
              serviceName: smtp
              smtpServer: mail.example.com
              smtpPort: smtp
        channels:
          audit: { type: fax }
        recipients:
          oncall@example.com: [ nobody ]
        outbound:
          allow: [ 10.0.0.1/8/8 ]
        """;

    public static readonly (int Line, string Key)[] Places =
    [
        (2, "server.host"),
        (3, "server.httpPort"),
        (5, "domains[0].id"),
        (7, "notifications.type"),
        (8, "notifications.strictAddresses"),
        (10, "notifications.emailer.sender"),
        (14, "notifications.emailer.emailServerConfig.smtpPort"),
        (16, "channels.audit.type"),
        (18, "recipients.oncall@example.com"),
        (20, "outbound.allow"),
    ];
}
