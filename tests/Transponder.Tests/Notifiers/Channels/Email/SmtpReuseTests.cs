using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Email;

/// <summary>Connections are kept, limited and replaced, and a dead one costs nothing.</summary>
public sealed class SmtpReuseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_SeveralMails_UseOneConnectionWithResets()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = server.NewNotifier();

        for (var i = 0; i < 3; i++)
            Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        Assert.Equal("EHLO MAIL RCPT DATA RSET MAIL RCPT DATA RSET MAIL RCPT DATA", server.Dialogue);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_KeptConnectionClosedMeanwhile_GoesOverANewOne(bool pipelining)
    {
        await using var server = new ScriptedSmtpServer();
        if (!pipelining)
            server.Extensions = [];
        await using var notifier = server.NewNotifier();
        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        server.CloseAll();

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
        Assert.Equal(2, server.Connections);
        Assert.Equal(2, server.Mails.Count);
    }

    [Theory]
    [InlineData("RSET", "421 4.4.2 too long idle")]
    [InlineData("RSET", ScriptedSmtpServer.HangUp)]
    [InlineData("RSET", "500 5.5.2 unknown")]
    [InlineData("MAIL", "421 4.7.0 too many mails on this connection")]
    public async Task Send_KeptConnectionRefusesToGoOn_GoesOverANewOne(string verb, string answer)
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = server.NewNotifier();
        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));

        server.Script = c => c.Connection == 1 && c.Verb == verb ? answer : null;

        Outcome.Is<DeliveryResult.Delivered>(await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token));
        Assert.Equal((2, 2), (server.Connections, server.Mails.Count));
    }

    [Fact]
    public async Task Send_ConnectionLimits_OpenANewConnection()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = server.NewNotifier(o => o with { MaxMessagesPerConnection = 2 }, new FakeTimeProvider());

        for (var i = 0; i < 5; i++)
            await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        Assert.Equal(3, server.Connections);
        await Eventually.TrueAsync(() => server.Commands.Count(c => c.Verb == "QUIT") == 2, "QUIT on each used connection");
    }

    [Fact]
    public async Task Send_ConnectionUnused_IsClosedAfterTheIdleLimit()
    {
        await using var server = new ScriptedSmtpServer();
        var time = new FakeTimeProvider();
        await using var notifier = server.NewNotifier(o => o with { IdleTimeout = TimeSpan.FromSeconds(30) }, time);
        await notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token);

        time.Advance(TimeSpan.FromSeconds(30));

        await Eventually.TrueAsync(() => server.Dialogue.EndsWith("QUIT", StringComparison.Ordinal), "QUIT on the idle connection");
    }

    [Fact]
    public async Task Send_MoreAtOnceThanThePoolHolds_NeverOpensMoreConnections()
    {
        await using var server = new ScriptedSmtpServer();
        await using var notifier = server.NewNotifier(o => o with { PoolSize = 2 });

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => notifier.SendAsync(ScriptedSmtpServer.NewMessage(), Token)));

        Assert.Equal(30, server.Mails.Count);
        Assert.InRange(server.Connections, 1, 2);
    }
}
