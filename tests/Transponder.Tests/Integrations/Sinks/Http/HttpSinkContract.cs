using Transponder.Integrations.Sinks.Http;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Http;

/// <summary>The contract of sinks in each form of HTTP's binding.</summary>
public abstract class HttpSinkContract(HttpSinkMode mode) : NetworkSinkContract
{
    protected override int Oversize => 2 * HttpPeer.LargestBody;

    protected override IReadOnlyList<SinkTrouble> Troubles =>
        [SinkTrouble.NoTopic, SinkTrouble.WrongCredentials, SinkTrouble.NotPermitted, SinkTrouble.Throttled];

    protected override IReadOnlyList<string> Secrets => ["url-secret-7", "bearer-secret-8", "/events"];

    protected virtual HttpSinkOptions Configure(HttpSinkOptions options) => options;

    protected override async Task<SinkPeer> OpenAsync(SinkTerms terms) =>
        await HttpPeer.StartAsync(
            terms.Trouble,
            options => Configure(options with { Mode = mode, BearerToken = SecretRef.FromValue("bearer-secret-8") })
        );
}

[Trait("needs", "servers")]
public sealed class HttpBinaryTests() : HttpSinkContract(HttpSinkMode.Binary);

[Trait("needs", "servers")]
public sealed class HttpStructuredTests() : HttpSinkContract(HttpSinkMode.Structured);

[Trait("needs", "servers")]
public sealed class HttpBatchTests() : HttpSinkContract(HttpSinkMode.Batch)
{
    protected override HttpSinkOptions Configure(HttpSinkOptions options) => options with { BatchBytes = 15_000 };
}
