using System.Globalization;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>A mail server that says nothing, a webhook that hangs and one that is gone keep nobody else waiting.</summary>
[Trait("needs", "servers")]
public sealed class OneBadDestinationDelaysNobody
{
    private const int Executions = 50;

    [Fact]
    public async Task AHealthyOneGetsAllAtOnce()
    {
        await using var healthy = await WebhookReceiver.StartAsync();
        await using var hanging = await WebhookReceiver.StartAsync();
        hanging.Answer = _ => ReceiverAnswer.Hang;
        var refused = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}/");
        await using var stalled = TcpFaultProxy.Start(healthy.Port, Fault.Stall);
        await using var server = await ScenarioServer.StartAsync(
            ScenarioConfig.Mail(stalled.Port)
                + ScenarioConfig.Channels(("hanging", hanging.Url), ("refused", refused), ("healthy", healthy.Url)),
            server: "shutdownGrace: 2s"
        );
        await Platform.RegisterAsync(
            server.Client.Admin,
            Platform.Notify([WorkflowPhase.Succeeded], "a@example.com", "hanging", "refused", "healthy")
        );
        await Task.WhenAll(Enumerable.Range(0, Executions).Select(i => Platform.RunAsync(server.Client.Admin, $"run{i}")));

        await Task.WhenAll(
            Enumerable
                .Range(0, Executions)
                .Select(i => Platform.SendAsync(server.Client.Admin, Platform.Event($"run{i}", WorkflowPhase.Succeeded)))
        );

        // The hanging one alone would take that long for its first answer.
        await healthy.ReceivedAsync(Executions, TimeSpan.FromSeconds(30));
        Assert.Equal(Executions, healthy.Received.Select(request => request.Json.GetProperty("id").GetString()).Distinct().Count());
        var waiting = await server.Client.Deliveries.ListDeliveriesAsync(new() { Channel = "hanging", Limit = 1000 }, ScenarioServer.Token);
        Assert.Equal(Executions, waiting.Deliveries.Count);
        Assert.DoesNotContain(
            waiting.Deliveries,
            delivery => delivery.State is Delivery.Types.State.Delivered or Delivery.Types.State.Dead
        );
    }
}
