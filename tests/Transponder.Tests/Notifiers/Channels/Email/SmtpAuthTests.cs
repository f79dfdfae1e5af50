using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>Logging in.</summary>
public sealed class SmtpAuthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("AUTH PLAIN LOGIN", "AUTH PLAIN AHVzZXIAcGFzcw==")]
    [InlineData("AUTH=LOGIN", "AUTH LOGIN")]
    public async Task Send_Credentials_UseTheMechanismOffered(string offer, string command)
    {
        await using var server = new ScriptedSmtpServer { Extensions = [offer] };
        await using var notifier = server.NewNotifier(o => o with { Username = "user", Password = SecretRef.FromValue("pass") });

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        Assert.Equal(command, server.Commands[1].Line);
        if (command == "AUTH LOGIN")
            Assert.Equal(["dXNlcg==", "cGFzcw=="], server.Commands.Where(c => c.Verb == "LOGIN").Select(c => c.Line));
    }

    [Theory]
    [InlineData("AUTH CRAM-MD5", "pass", "neither PLAIN nor LOGIN")]
    [InlineData("AUTH PLAIN", null, "cannot be read")]
    public async Task Send_CredentialsUnusable_RejectsTheDestination(string offer, string? password, string detail)
    {
        await using var server = new ScriptedSmtpServer { Extensions = [offer] };
        var reference = password is null ? SecretRef.FromFile("/nonexistent/password") : SecretRef.FromValue(password);
        await using var notifier = server.NewNotifier(o => o with { Username = "user", Password = reference });

        var result = Outcome.Is<DeliveryResult.Rejected>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (result.Reason, result.Scope));
        Assert.Contains(detail, result.Detail);
    }

    [Fact]
    public async Task Send_AuthFailsForNow_IsRetried()
    {
        await using var server = new ScriptedSmtpServer
        {
            Extensions = ["AUTH LOGIN"],
            Script = c => c.Verb == "LOGIN" ? "454 4.7.0 temporary authentication failure" : null,
        };
        await using var notifier = server.NewNotifier(o => o with { Username = "user", Password = SecretRef.FromValue("pass") });

        Outcome.Is<DeliveryResult.Retry>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
    }
}
