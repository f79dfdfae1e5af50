using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Tests.Integrations.Stores.Postgres;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

/// <summary>What the engine does while its database is away.</summary>
[Trait("needs", "servers")]
public sealed class StoreOutageTests(PostgresCluster cluster)
{
    [Fact]
    public async Task Record_DatabaseAwayDuringASend_IsKeptUntilItIsBack()
    {
        var database = await cluster.CreateDatabaseAsync();
        await using var proxy = TcpFaultProxy.Start((await cluster.ServerAsync()).Port);
        var through = new NpgsqlConnectionStringBuilder(database) { Port = proxy.Port }.ConnectionString;
        await using var fixture = await DeliveryFixture.CreateAsync(open: () => PostgresDatabases.Open(through));
        var mail = fixture.Channel();
        var answer = new TaskCompletionSource<DeliveryResult>();
        mail.Answer = (_, _) => answer.Task;
        fixture.Start();
        await fixture.AddAsync("d1");
        await fixture.UntilAsync(() => Task.FromResult(mail.Sent.Count == 1), "a send", secondsPerStep: 0.1);

        proxy.Set(Fault.Refuse);
        answer.SetResult(new DeliveryResult.Delivered());
        var away = fixture.Time.GetUtcNow();
        await fixture.UntilAsync(() => Task.FromResult(fixture.Time.GetUtcNow() > away.AddSeconds(20)), "an outage", secondsPerStep: 0.5);
        proxy.Set(Fault.None);

        var delivery = await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 0.5);
        Assert.Equal(AttemptOutcome.Delivered, Assert.Single(delivery.Attempts).Outcome);
        Assert.Single(mail.Sent);
    }

    [Fact]
    public async Task Claim_ConnectionKilledInCommit_LosesNoDelivery()
    {
        var database = await cluster.CreateDatabaseAsync();
        await using var fixture = await DeliveryFixture.CreateAsync(open: () => PostgresDatabases.Open(database));
        var mail = fixture.Channel();
        await PostgresDatabases.RunAsync(
            database,
            """
            CREATE FUNCTION at_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_claim AFTER UPDATE ON deliveries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_claim();
            """
        );
        fixture.Start();
        await fixture.AddAsync("d1");
        var began = fixture.Time.GetUtcNow();
        await fixture.UntilAsync(
            () => Task.FromResult(fixture.Time.GetUtcNow() > began.AddSeconds(10)),
            "failing claims",
            secondsPerStep: 0.2
        );
        Assert.Empty(mail.Sent);

        await PostgresDatabases.RunAsync(database, "DROP TRIGGER at_claim ON deliveries");

        await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 0.5);
        Assert.Single(mail.Sent);
    }
}
