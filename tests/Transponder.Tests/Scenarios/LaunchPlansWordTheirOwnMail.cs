using Transponder.Protocol;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A notification's own template replaces the platform's body, and one with a token that nobody knows is refused at once.</summary>
[Trait("needs", "servers")]
public sealed class LaunchPlansWordTheirOwnMail
{
    [Fact]
    public async Task BesideThoseThatDoNot()
    {
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var server = await ScenarioServer.StartAsync(ScenarioConfig.Mail(mail.Port, "{{ name }}", "<p>the common one</p>"));
        var worded = Platform.Notify([WorkflowPhase.Succeeded], "worded@example.com");
        worded.Email.Template = "<p>our {{ workflow.name }} is done</p>";
        await Platform.RegisterAsync(server.Client.Admin, worded, Platform.Notify([WorkflowPhase.Succeeded], "plain@example.com"));

        await Platform.PlayAsync(server.Client.Admin, "run", WorkflowPhase.Succeeded);

        await Eventually.TrueAsync(() => mail.Mails().Count == 2, "both mails");
        var parsed = await MailParser.ParseAsync(mail.Mails().Select(one => one.File));
        var bodies = parsed.ToDictionary(one => one.To.Single().Address, one => (one.Subject, one.Html?.Trim()));
        Assert.Equal(("run", "<p>our nightly is done</p>"), bodies["worded@example.com"]);
        Assert.Equal(("run", "<p>the common one</p>"), bodies["plain@example.com"]);
    }

    [Fact]
    public async Task ButNotWithUnknownTokens()
    {
        await using var server = await ScenarioServer.StartAsync("");
        var worded = Platform.Notify([WorkflowPhase.Succeeded], "worded@example.com");
        worded.Email.Template = "{{ wokflow.name }} is done";

        var refused = await Assert.ThrowsAsync<RpcException>(() => Platform.RegisterAsync(server.Client.Admin, worded));

        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Contains("wokflow.name", refused.Message, StringComparison.Ordinal);
    }
}
