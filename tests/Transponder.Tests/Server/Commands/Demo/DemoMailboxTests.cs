using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Email;
using Transponder.Server.Commands.Demo;
using Xunit;

namespace Transponder.Tests.Server.Commands.Demo;

public sealed class DemoMailboxTests
{
    [Fact]
    public async Task Mail_SentByTheChannel_IsKeptAndReadable()
    {
        await using var mailbox = DemoMailbox.Start();
        await using var channel = new EmailNotifier(
            new EmailOptions
            {
                Sender = "Flyte <flyte@example.com>",
                Host = "127.0.0.1",
                Port = mailbox.Port,
            }
        );

        var message = Message("grüße 🚀 ".PadRight(200, 'x'), $"<p>tomorrow’s <b>run</b></p>\n.dot\n{new string('y', 300)}");
        var result = await channel.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.True(result is DeliveryResult.Delivered, $"{result}");
        var mail = Assert.Single(mailbox.Mails);
        Assert.Equal("flyte@example.com", mail.Sender);
        Assert.Equal(["team@example.com"], mail.Recipients);
        Assert.Equal("grüße 🚀 ".PadRight(200, 'x'), mail.Header("Subject"));
        Assert.Contains("dlv_1@", mail.Header("Message-ID"));
        Assert.StartsWith("tomorrow’s run", mail.Text);
        Assert.Contains(new string('y', 300), mail.Text);
    }

    private static Message Message(string title, string body) =>
        new()
        {
            Id = "dlv_1",
            Target = "team@example.com",
            Title = title,
            Body = body,
            Format = BodyFormat.Html,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
}
