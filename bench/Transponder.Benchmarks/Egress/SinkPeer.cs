using Transponder.Client;
using Transponder.V1;

namespace Transponder.Benchmarks.Egress;

/// <summary>The other side of a sink: it can be out of reach for a while, and loses nothing by that.</summary>
internal abstract class SinkPeer : IAsyncDisposable
{
    protected const string SinkName = "measured";

    /// <summary>What its reader has read so far.</summary>
    public EventAccount Account { get; } = new();

    /// <summary>The sink in the configuration.</summary>
    public abstract string Yaml { get; }

    public static SinkPeer Start(string type) => type == "kafka" ? new KafkaPeer() : new HttpPeer();

    public abstract void SetDown();

    public abstract void SetUp();

    public abstract ValueTask DisposeAsync();

    /// <summary>How many positions the sink is behind the log's end.</summary>
    public static async Task<long> LagAsync(TransponderClient client) =>
        (await client.Operations.ListSinksAsync()).Sinks.Single(sink => sink.Name == SinkName).Lag;
}
