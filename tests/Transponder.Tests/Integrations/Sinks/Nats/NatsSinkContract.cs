using Transponder.Integrations.Sinks.Nats;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Nats;

/// <summary>The contract of sinks over NATS, in both forms, with JetStream and without.</summary>
public abstract class NatsSinkContract(bool jetStream, NatsSinkMode mode) : NetworkSinkContract
{
    protected override int Oversize => 2 * NatsPeer.MaxPayload;

    protected override IReadOnlyList<string> Secrets => [NatsPeer.Password];

    protected override IReadOnlyList<SinkTrouble> Troubles =>
        jetStream
            ? [SinkTrouble.WrongCredentials, SinkTrouble.NotPermitted, SinkTrouble.NoTopic]
            : [SinkTrouble.WrongCredentials, SinkTrouble.NotPermitted];

    protected override Task<SinkPeer> OpenAsync(SinkTerms terms) => NatsPeer.StartAsync(terms, jetStream, mode);
}

[Trait("needs", "servers")]
public sealed class NatsCoreTests() : NatsSinkContract(jetStream: false, NatsSinkMode.Structured);

[Trait("needs", "servers")]
public sealed class NatsJetStreamTests() : NatsSinkContract(jetStream: true, NatsSinkMode.Binary);
