using Transponder.Client;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>However many clients report the same end at once, one of them wins, and people hear of it once.</summary>
[Trait("needs", "servers")]
public sealed class RacingDuplicatesNotifyOnce(PostgresCluster cluster)
{
    private const int Racers = 64;

    [Fact]
    public Task OverSqlite() => RaceAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await RaceAsync(await cluster.CreateDatabaseAsync());

    [Fact]
    public async Task OverTwoReplicas()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var (yaml, database) = (ScenarioConfig.Webhooks(("hook", receiver.Url)), await cluster.CreateDatabaseAsync());
        await using var first = await ScenarioServer.StartAsync(yaml, database);
        await using var second = await ScenarioServer.StartAsync(yaml, database);
        await RaceAsync(receiver, first, second);
    }

    private static async Task RaceAsync(string? postgres)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = await ScenarioServer.StartAsync(ScenarioConfig.Webhooks(("hook", receiver.Url)), postgres);
        await RaceAsync(receiver, server);
    }

    private static async Task RaceAsync(WebhookReceiver receiver, params ScenarioServer[] servers)
    {
        var client = servers[0].Client;
        await Platform.RegisterAsync(client.Admin, Platform.Notify([WorkflowPhase.Failed], "hook"));
        await Platform.RunAsync(client.Admin, "race");
        var racers = Enumerable.Range(0, Racers).Select(i => servers[i % servers.Length].Connect()).ToArray();
        await Task.WhenAll(racers.Select(racer => racer.Admin.GetVersionAsync(new())));

        var answers = await Task.WhenAll(racers.Select(SendAsync));

        Assert.Single(answers, code => code == StatusCode.Ok);
        Assert.Equal(Racers - 1, answers.Count(code => code == StatusCode.AlreadyExists));
        await Eventually.PassesAsync(async () =>
            Assert.Equal(Delivery.Types.State.Delivered, Assert.Single(await Platform.DeliveriesAsync(client, "race")).State)
        );
        Assert.Single(receiver.Received);
        Array.ForEach(racers, racer => racer.Dispose());
    }

    private static async Task<StatusCode> SendAsync(TransponderClient racer)
    {
        try
        {
            await Platform.SendAsync(racer.Admin, Platform.Event("race", WorkflowPhase.Failed, "boom"));
            return StatusCode.Ok;
        }
        catch (RpcException refused)
        {
            return refused.Code;
        }
    }
}
