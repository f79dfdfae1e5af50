using System.Globalization;
using Transponder.Benchmarks.Deliver;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.Egress;

/// <summary>A receiver of batches over HTTP, behind a proxy that refuses connections while it is down.</summary>
internal sealed class HttpPeer : SinkPeer
{
    private const int LargestRequest = 4 * 1024 * 1024;
    private readonly Counter receiver = new(LargestRequest);
    private readonly TcpFaultProxy proxy;

    public HttpPeer()
    {
        receiver.OnBody = body => ArrivedEvents.ReadBatch(body.Span, Account);
        proxy = TcpFaultProxy.Start(receiver.Port);
    }

    public override string Yaml =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            sinks:
              {{SinkName}}:
                type: http
                mode: batch
                http: { url: 'http://127.0.0.1:{{proxy.Port}}/' }
                eventsPublisher: { eventTypes: [ all ] }
            """
        );

    public override void SetDown() => proxy.Set(Fault.Refuse);

    public override void SetUp() => proxy.Set(Fault.None);

    public override async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await receiver.DisposeAsync();
    }
}
