using Transponder.Server.Commands.Demo;
using Transponder.Server.Configuration;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Commands.Demo;

public sealed class DemoConfigurationTests
{
    [Fact]
    public async Task Configuration_OfTheDemo_HasNoProblems()
    {
        using var folder = new TempDirectory();
        await using var mailbox = DemoMailbox.Start();
        await using var webhook = await DemoWebhook.StartAsync(TestContext.Current.CancellationToken);

        var file = await DemoConfiguration.WriteAsync(folder.Path, mailbox, webhook, TestContext.Current.CancellationToken);

        Assert.Empty(ConfigLoader.Load([file]).Problems.Select(problem => problem.ToString()));
    }
}
