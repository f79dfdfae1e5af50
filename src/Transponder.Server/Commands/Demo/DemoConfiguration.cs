namespace Transponder.Server.Commands.Demo;

/// <summary>The configuration that the demo's server runs with, as an operator would write it.</summary>
internal static class DemoConfiguration
{
    /// <summary>Writes the file, and the signing secret that it refers to, and returns its path.</summary>
    public static async Task<string> WriteAsync(
        string folder,
        DemoMailbox mailbox,
        DemoWebhook webhook,
        CancellationToken cancellationToken
    )
    {
        var secret = Path.Combine(folder, "audit-secret");
        await File.WriteAllTextAsync(secret, webhook.Secret, cancellationToken);
        var file = Path.Combine(folder, "transponder.yaml");
        await File.WriteAllTextAsync(file, Text(folder, secret, mailbox.Port, webhook.Url), cancellationToken);
        return file;
    }

    private static string Text(string folder, string secret, int smtpPort, Uri hook) =>
        $$$"""
            server: { host: 127.0.0.1, httpPort: 0, grpc: { port: 0 } }
            database: { sqlite: { file: "{{{folder}}}/data/transponder.db" } }
            notifications:
              type: embedded
              emailer:
                sender: Flyte <flyte@example.com>
                subject: 'Execution "{{ name }}" has {{ phase }} in "{{ domain }}".'
                body: |
                  <p>Execution <b>{{ name }}</b> of {{ workflow.name }} {{ workflow.version }} has {{ phase }}.{{ error }}{{ abort }}</p>
                  <p>It ran for {{ duration }}.</p>
                emailServerConfig: { serviceName: smtp, smtpServer: 127.0.0.1, smtpPort: "{{{smtpPort}}}" }
            channels:
              audit: { type: webhook, url: "{{{hook}}}", signingSecret: { file: "{{{secret}}}" } }
            recipients:
              {{{DemoCatalog.OnCall}}}: [ audit, {{{DemoCatalog.Lead}}} ]
            outbound: { allow: [ 127.0.0.0/8 ] }

            """;
}
