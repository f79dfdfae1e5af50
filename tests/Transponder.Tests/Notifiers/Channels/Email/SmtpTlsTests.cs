using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Email;

public sealed class SmtpTlsTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly TempDirectory _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(SmtpTls.Required)]
    [InlineData(SmtpTls.Opportunistic)]
    [InlineData(SmtpTls.Implicit)]
    public async Task Send_ServerOfATrustedAuthority_IsSecureAndGreetedAgain(SmtpTls tls)
    {
        await using var server = NewServer(tls);
        await using var notifier = Notifier(server, tls, _authority.WritePem(_folder));

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
        Assert.Equal(1, server.Connections);
        Assert.Equal(
            tls == SmtpTls.Implicit
                ? "EHLO AUTH MAIL RCPT DATA RSET MAIL RCPT DATA"
                : "EHLO STARTTLS EHLO AUTH MAIL RCPT DATA RSET MAIL RCPT DATA",
            server.Dialogue
        );
    }

    [Theory]
    [InlineData(SmtpTls.Required)]
    [InlineData(SmtpTls.Implicit)]
    public async Task Send_ServerOfAnUnknownAuthority_NeverSeesTheCredentials(SmtpTls tls)
    {
        await using var server = NewServer(tls);
        await using var notifier = Notifier(server, tls, caFile: null);

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(DeliveryReason.TlsFailed, Outcome.Is<DeliveryResult.Retry>(result).Reason);
        Assert.DoesNotContain(server.Commands, c => c.Verb is "AUTH" or "MAIL");
    }

    [Fact]
    public async Task Send_CertificateOfAnotherName_IsRefused()
    {
        await using var server = NewServer(SmtpTls.Required, "mail.example.com");
        await using var notifier = Notifier(server, SmtpTls.Required, _authority.WritePem(_folder));

        Assert.Equal(DeliveryReason.TlsFailed, (await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token)).Reason);
    }

    [Fact]
    public async Task Send_VerificationSkipped_TakesAnyCertificate()
    {
        await using var server = NewServer(SmtpTls.Required, "mail.example.com");
        await using var notifier = Notifier(server, SmtpTls.Required, caFile: null, skip: true);

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
    }

    [Fact]
    public async Task Send_OpportunisticWithoutCredentialsAtStake_TakesAnyCertificate()
    {
        await using var server = NewServer(SmtpTls.Opportunistic, "mail.example.com");
        await using var notifier = Notifier(server, SmtpTls.Opportunistic, caFile: null);

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_StartTlsRequiredButNotToBeHad_SendsNothing(bool refused)
    {
        await using var server = refused
            ? new ScriptedSmtpServer
            {
                Certificate = _authority.Issue("127.0.0.1"),
                Script = c => c.Verb == "STARTTLS" ? "454 4.7.0 TLS not available" : null,
            }
            : new ScriptedSmtpServer();
        await using var notifier = Notifier(server, SmtpTls.Required, caFile: null);

        var result = await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(DeliveryReason.TlsFailed, Outcome.Is<DeliveryResult.Retry>(result).Reason);
        Assert.DoesNotContain(server.Commands, c => c.Verb is "AUTH" or "MAIL");
    }

    [Fact]
    public async Task Send_AnswersInjectedBehindStartTls_AreDropped()
    {
        var injected = "220 go ahead\r\n250-evil\r\n250 AUTH CRAM-MD5";
        await using var server = new ScriptedSmtpServer
        {
            Certificate = _authority.Issue("127.0.0.1"),
            Extensions = ["PIPELINING", "AUTH PLAIN"],
            Script = c => c.Verb == "STARTTLS" ? injected : null,
        };
        await using var notifier = Notifier(server, SmtpTls.Required, _authority.WritePem(_folder));

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        Assert.Equal("EHLO STARTTLS EHLO AUTH MAIL RCPT DATA", server.Dialogue);
    }

    [Fact]
    public void Check_CredentialsInClearTextOffLoopback_IsAProblem()
    {
        var options = new EmailOptions
        {
            Sender = "a@example.com",
            Host = "mail.example.com",
            Tls = SmtpTls.None,
            Username = "u",
            Password = SecretRef.FromValue("p"),
        };

        Assert.Equal("tls", Assert.Single(options.Check()).Key);
        Assert.Empty((options with { Host = "127.0.0.1" }).Check());
        Assert.Throws<ArgumentException>(() => new EmailNotifier(options));
    }

    private ScriptedSmtpServer NewServer(SmtpTls tls, string name = "127.0.0.1") =>
        new()
        {
            Certificate = _authority.Issue(name),
            ImplicitTls = tls == SmtpTls.Implicit,
            Extensions = ["PIPELINING", "AUTH PLAIN"],
        };

    private static EmailNotifier Notifier(ScriptedSmtpServer server, SmtpTls tls, string? caFile, bool skip = false) =>
        new(
            new EmailOptions
            {
                Sender = "flyte@example.com",
                Host = "127.0.0.1",
                Port = server.Port,
                ConnectTimeout = TimeSpan.FromMinutes(1),
                Tls = tls,
                CaFile = caFile,
                SkipTlsVerify = skip,
                Username = "user",
                Password = SecretRef.FromValue("pass"),
            }
        );
}
