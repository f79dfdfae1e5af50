using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Sns;

/// <summary>A standard topic, which promises no order.</summary>
[Trait("needs", "servers")]
public sealed class SnsStandardContractTests(AwsAccount shared) : SinkContract
{
    protected override bool KeepsOrder => false;

    protected override async Task<SinkPeer> OpenAsync(SinkTerms terms) => await SnsPeer.OpenAsync(shared, terms, fifo: false);
}
