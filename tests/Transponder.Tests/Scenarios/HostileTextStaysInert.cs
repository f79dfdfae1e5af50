using Transponder.Protocol;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Whatever a workflow's author puts into an error or a cause is text to the reader: no header, no markup, no token.</summary>
[Trait("needs", "servers")]
public sealed class HostileTextStaysInert
{
    private const string Mean = "x\r\nBcc: victim@example.com\r\n\r\n<script>alert(1)</script> {{ project }} 😀";

    private static readonly string Error = Mean + new string('é', 50_000);

    [Fact]
    public async Task InMailThroughPostfix()
    {
        await using var postfix = await PostfixServer.StartAsync();
        await using var server = await ScenarioServer.StartAsync(
            ScenarioConfig.Mail(postfix.Port, "{{ error }}{{ abort.cause }}", "<p>{{ error }}{{ abort.cause }}</p>")
        );
        await Platform.RegisterAsync(
            server.Client.Admin,
            Platform.Notify([WorkflowPhase.Failed, WorkflowPhase.Aborted], "reader@example.com")
        );
        await FailAndAbortAsync(server);

        await Eventually.TrueAsync(() => postfix.Mails().Count == 2, "both mails");
        var mails = await MailParser.ParseAsync(postfix.Mails());
        Assert.All(
            mails,
            mail =>
            {
                Assert.DoesNotContain(mail.Headers, header => header.Equals("bcc", StringComparison.OrdinalIgnoreCase));
                Assert.Equal("reader@example.com", Assert.Single(mail.To).Address);
                Assert.Contains("Bcc: victim@example.com", mail.Subject, StringComparison.Ordinal);
                Assert.Contains("{{ project }}", mail.Html, StringComparison.Ordinal);
                Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", mail.Html, StringComparison.Ordinal);
                Assert.DoesNotContain("<script", mail.Html, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("<script>alert(1)</script> {{ project }} 😀", mail.Text, StringComparison.Ordinal);
            }
        );
        Assert.Contains(mails, mail => mail.Html!.Contains(new string('é', 50_000), StringComparison.Ordinal));
    }

    [Fact]
    public async Task InAWebhooksJson()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)));
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Failed, WorkflowPhase.Aborted], "hook"));
        await FailAndAbortAsync(server);

        var executions = (await receiver.ReceivedAsync(2))
            .Select(request => request.Json.GetProperty("execution"))
            .ToDictionary(execution => execution.GetProperty("name").GetString()!);
        Assert.Equal(Error, executions["failed"].GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(Mean, executions["aborted"].GetProperty("abort").GetProperty("cause").GetString());
    }

    [Fact]
    public async Task InALabelItIsRefused()
    {
        await using var server = await ScenarioServer.StartAsync("");
        await Platform.RegisterAsync(server.Client.Admin);
        var request = (Flyteidl.Admin.ExecutionCreateRequest)Platform.Creation("labelled").Request;
        request.Spec.Labels = new() { Values = { ["team"] = Mean } };

        var refused = await Assert.ThrowsAsync<RpcException>(() => Platform.SendAsync(server.Client.Admin, request));

        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Contains("label", refused.Message, StringComparison.Ordinal);
    }

    private static async Task FailAndAbortAsync(ScenarioServer server)
    {
        var admin = server.Client.Admin;
        await Platform.RunAsync(admin, "failed");
        await Platform.SendAsync(admin, Platform.Event("failed", WorkflowPhase.Failed, Error));
        await Platform.RunAsync(admin, "aborted");
        await admin.TerminateExecutionAsync(new() { Id = Platform.Execution("aborted"), Cause = Mean }, ScenarioServer.Token);
        await Platform.SendAsync(admin, Platform.Event("aborted", WorkflowPhase.Aborted));
    }
}
