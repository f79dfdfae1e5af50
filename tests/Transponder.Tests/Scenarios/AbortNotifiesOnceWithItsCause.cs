using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Who ends an execution by hand is heard: one mail, with the cause, whether propeller reports the end or not.</summary>
[Trait("needs", "servers")]
public sealed class AbortNotifiesOnceWithItsCause
{
    private const string Cause = "costs too much";
    private const string Who = "ada@example.com";

    [Fact]
    public async Task WhenPropellerReportsIt()
    {
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var server = await StartAsync(mail, grace: "1h");
        await AbortAsync(server);

        Assert.Equal(WorkflowPhase.Aborting, (await Platform.GetAsync(server.Client.Admin, "run")).Closure.Phase);
        await Platform.SendAsync(server.Client.Admin, Platform.Event("run", WorkflowPhase.Aborted));

        await AssertOneMailAsync(server, mail);
    }

    [Fact]
    public async Task WhenNobodyReportsIt()
    {
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var server = await StartAsync(mail, grace: "1s");
        await AbortAsync(server);

        await AssertOneMailAsync(server, mail);
        var late = await Assert.ThrowsAsync<RpcException>(() =>
            Platform.SendAsync(server.Client.Admin, Platform.Event("run", WorkflowPhase.Aborted))
        );
        Assert.Equal(StatusCode.AlreadyExists, late.Code);
        Assert.Single(mail.Mails());
    }

    private static async Task<ScenarioServer> StartAsync(AiosmtpdServer mail, string grace)
    {
        var emails = ScenarioConfig.Mail(mail.Port, body: "<p>{{ phase }}: {{ abort.cause }} by [{{ abort.principal }}]</p>");
        var server = await ScenarioServer.StartAsync($"{emails}executions: {{ abortGrace: {grace} }}");
        await Platform.RegisterAsync(server.Client.Admin, Platform.Notify([WorkflowPhase.Aborted], "a@example.com"));
        await Platform.RunAsync(server.Client.Admin, "run");
        return server;
    }

    private static async Task AbortAsync(ScenarioServer server)
    {
        // As a proxy that authenticates says who it let through.
        var options = Patient.Channel with
        {
            Metadata = [new("x-forwarded-user", Who)],
        };
        using var client = new TransponderClient(server.Grpc, options);
        await client.Admin.TerminateExecutionAsync(new() { Id = Platform.Execution("run"), Cause = Cause });
    }

    private static async Task AssertOneMailAsync(ScenarioServer server, AiosmtpdServer mail)
    {
        await Eventually.PassesAsync(async () =>
            Assert.Equal(Delivery.Types.State.Delivered, Assert.Single(await Platform.DeliveriesAsync(server.Client, "run")).State)
        );
        var execution = await Platform.GetAsync(server.Client.Admin, "run");
        Assert.Equal(WorkflowPhase.Aborted, execution.Closure.Phase);
        Assert.Equal((Cause, Who), (execution.Closure.AbortMetadata.Cause, execution.Closure.AbortMetadata.Principal));

        var parsed = Assert.Single(await MailParser.ParseAsync(mail.Mails().Select(one => one.File)));
        Assert.Contains($"aborted: {Cause} by [{Who}]", parsed.Html, StringComparison.Ordinal);
    }
}
