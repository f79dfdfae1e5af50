using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Sns;

/// <summary>A FIFO topic with a FIFO queue behind it.</summary>
[Trait("needs", "servers")]
public sealed class SnsFifoContractTests(AwsAccount shared) : NetworkSinkContract
{
    protected override IReadOnlyList<string> Secrets => ["wJalrXUtnFEMI", shared.Administrator.SecretKey];

    protected override int Oversize => 200 * 1024;

    protected override IReadOnlyList<SinkTrouble> Troubles => [SinkTrouble.NoTopic, SinkTrouble.WrongCredentials, SinkTrouble.NotPermitted];

    protected override async Task<SinkPeer> OpenAsync(SinkTerms terms) => await SnsPeer.OpenAsync(shared, terms, fifo: true);
}
