using System.Globalization;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Nats;
using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Nats;

[Trait("needs", "servers")]
public sealed class NatsSinkTests : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly TestAuthority authority = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Tls_DemandedByTheServer_IsSpokenAndVerified()
    {
        var (certificate, key) = authority.WriteServer(folder, "127.0.0.1");
        await using var server = await NatsServer.StartAsync($"tls {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}");
        await using var trusting = Sink(server, o => o with { CaFile = authority.WritePem(folder) });
        await using var distrusting = Sink(server, o => o);

        Assert.Equal([PublishResult.Confirmed], await trusting.PublishAsync([SampleRecords.Of()], Token));
        var refused = Assert.Single(await distrusting.PublishAsync([SampleRecords.Of()], Token));
        Assert.Equal(PublishOutcome.Failed, refused.Outcome);
        Assert.Contains("TLS", refused.Detail);
    }

    [Fact]
    public async Task Token_OfTheServer_IsAccepted()
    {
        await using var server = await NatsServer.StartAsync("authorization { token: \"open-sesame\" }");
        await using var sink = Sink(server, o => o with { Token = SecretRef.FromValue("open-sesame") });

        Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([SampleRecords.Of()], Token));
    }

    [Fact]
    public async Task Servers_WhoseFirstIsDown_LeadToTheNext()
    {
        await using var server = await NatsServer.StartAsync();
        await using var sink = Sink(server, o => o with { Servers = [$"nats://127.0.0.1:{FreePort.Next()}", .. o.Servers] });

        Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([SampleRecords.Of()], Token));
    }

    private static NatsSink Sink(NatsServer server, Func<NatsSinkOptions, NatsSinkOptions> configure)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{server.Port}");
        return new NatsSink(configure(new NatsSinkOptions { Servers = [address], Subject = "events" }));
    }
}
