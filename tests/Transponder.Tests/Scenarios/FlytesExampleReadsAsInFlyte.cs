using System.Globalization;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>The example of Flyte's documentation, with a mail server instead of a broker, sends what FlyteAdmin would.</summary>
[Trait("needs", "servers")]
public sealed class FlytesExampleReadsAsInFlyte
{
    private const string Yaml = """
        notifications:
          type: "embedded"
          region: "us-east-1"
          publisher:
            topicName: "arn:aws:sns:us-east-1:1234:flyte"
          processor:
            queueName: "flyte"
            accountId: "1234"
          emailer:
            subject: "Notice: Execution \"{{ workflow.name }}\" has {{ phase }} in \"{{ domain }}\"."
            sender:  "flyte-notifications@company.com"
            body: >
              Execution \"{{ workflow.name }} [{{ name }}]\" has {{ phase }} in \"{{ domain }}\". View details at
              <a href=\http://flyte.company.com/console/projects/{{ project }}/domains/{{ domain }}/executions/{{ name }}>
              http://flyte.company.com/console/projects/{{ project }}/domains/{{ domain }}/executions/{{ name }}</a>. {{ error }}
            emailServerConfig: { serviceName: smtp, smtpServer: 127.0.0.1, smtpPort: "PORT" }
        """;

    [Fact]
    public async Task ByteForByte()
    {
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var server = await ScenarioServer.StartAsync(
            Yaml.Replace("PORT", mail.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        );
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Failed], "a@example.com"));
        await Platform.RunAsync(server.Client.Admin, "e124");

        await Platform.SendAsync(server.Client.Admin, Platform.Event("e124", WorkflowPhase.Failed, "it broke"));

        await Eventually.TrueAsync(() => mail.Mails().Count == 1, "the mail");
        var parsed = Assert.Single(await MailParser.ParseAsync(mail.Mails().Select(one => one.File)));
        Assert.Equal("flyte-notifications@company.com", parsed.From.Single().Address);
        Assert.Equal("""Notice: Execution "nightly" has failed in "development".""", parsed.Subject);
        // The folded text ends with a line end, which MIME counts as part of the boundary.
        const string Link = "http://flyte.company.com/console/projects/flytesnacks/domains/development/executions/e124";
        Assert.Equal(
            $$"""Execution \"nightly [e124]\" has failed in \"development\". View details at <a href=\{{Link}}> {{Link}}</a>.  The execution failed with error: [it broke].""",
            parsed.Html
        );
    }
}
