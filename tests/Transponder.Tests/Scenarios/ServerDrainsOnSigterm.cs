using System.Diagnostics;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>SIGTERM under load: what was answered OK is kept, calls under way are answered, and the program ends well.</summary>
[Trait("needs", "servers")]
public sealed class ServerDrainsOnSigterm
{
    private const int Senders = 16;

    [Fact]
    public async Task NothingAcknowledgedIsLost()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ServerProcess.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)));
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));

        var senders = Enumerable.Range(0, Senders).Select(sender => SendUntilGoneAsync(client.Admin, sender)).ToArray();
        await receiver.ReceivedAsync(20);
        server.Terminate();

        Assert.Equal(0, await server.ExitAsync());
        var acknowledged = (await Task.WhenAll(senders)).SelectMany(names => names).ToList();
        await server.StartAgainAsync();
        foreach (var name in acknowledged)
            Assert.Equal(WorkflowPhase.Succeeded, (await Platform.GetAsync(client.Admin, name)).Closure.Phase);
        await Eventually.TrueAsync(
            () => acknowledged.ToHashSet().IsSubsetOf(receiver.Received.Select(NameOf)),
            "every acknowledged end at the receiver",
            TimeSpan.FromMinutes(2)
        );
    }

    [Fact]
    public async Task AHangingDestinationDoesNotHoldItUp()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Hang);
        await using var server = await ServerProcess.StartAsync(
            ScenarioConfig.Webhooks(("hook", receiver.Url)).Replace("timeout: 30s", "timeout: 10s", StringComparison.Ordinal)
        );
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));
        await Platform.PlayAsync(client.Admin, "run", WorkflowPhase.Succeeded);
        await receiver.ReceivedAsync(1);

        server.Terminate();

        Assert.Equal(0, await server.ExitAsync());
        await server.StartAgainAsync();
        var ids = (await receiver.ReceivedAsync(2, TimeSpan.FromMinutes(2))).Select(request => request.Json.GetProperty("id").GetString());
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task TheGraceIsTheLongestThatItTakes()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Hang);
        await using var server = await ServerProcess.StartAsync(
            ScenarioConfig.Webhooks(("hook", receiver.Url)),
            server: "shutdownGrace: 2s"
        );
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));
        await Platform.PlayAsync(client.Admin, "run", WorkflowPhase.Succeeded);
        await receiver.ReceivedAsync(1);
        var began = Stopwatch.StartNew();

        server.Terminate();

        Assert.Equal(0, await server.ExitAsync());
        // Without it the message would hold the server up for almost 30 s.
        Assert.InRange(began.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        await server.StartAgainAsync();
        await receiver.ReceivedAsync(2, TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData(false, 143)]
    [InlineData(true, 130)]
    public async Task ASecondSignalEndsItAtOnce(bool interrupt, int status)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerNext(ReceiverAnswer.Hang);
        await using var server = await ServerProcess.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)));
        using var client = server.Connect();
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Succeeded], "hook"));
        await Platform.PlayAsync(client.Admin, "run", WorkflowPhase.Succeeded);
        await receiver.ReceivedAsync(1);
        Action signal = interrupt ? server.Interrupt : server.Terminate;
        signal();
        await server.LineAsync("Stopping");

        signal();

        Assert.Equal(status, await server.ExitAsync());
    }

    /// <summary>Plays executions until the server is gone, which must say UNAVAILABLE and nothing else; returns those whose end was acknowledged.</summary>
    private static async Task<List<string>> SendUntilGoneAsync(AdminClient admin, int sender)
    {
        var acknowledged = new List<string>();
        try
        {
            for (var i = 0; i < 10_000; i++)
            {
                await Platform.PlayAsync(admin, $"s{sender}-{i}", WorkflowPhase.Succeeded);
                acknowledged.Add($"s{sender}-{i}");
            }
        }
        catch (RpcException gone)
        {
            // No connection any more; a call that was under way would say that it was reset.
            Assert.Equal(StatusCode.Unavailable, gone.Code);
            Assert.StartsWith("cannot reach", gone.Message, StringComparison.Ordinal);
        }
        return acknowledged;
    }

    private static string NameOf(ReceivedRequest request) => request.Json.GetProperty("execution").GetProperty("name").GetString()!;
}
