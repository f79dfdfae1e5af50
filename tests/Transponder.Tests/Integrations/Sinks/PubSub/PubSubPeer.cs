using System.Text.Json;
using Transponder.Cloud.Gcp;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.PubSub;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks.PubSub;

/// <summary>A topic of the emulator behind a proxy; what arrives is decoded by protobufjs in a process of its own.</summary>
internal sealed class PubSubPeer(PubSubEmulator emulator, string topic, TcpFaultProxy proxy, bool raw, PubSubSinkOptions options) : SinkPeer
{
    private readonly List<Arrived> arrived = [];

    public override IEventSink Sink { get; } = new PubSubSink(options, Patient.Clock);

    public override TcpFaultProxy Network => proxy;

    public static PubSubSinkOptions Options(string topic, int port) =>
        new()
        {
            ProjectId = PubSubEmulator.Project,
            Topic = topic,
            Endpoint = new Uri($"http://127.0.0.1:{port}"),
            Credentials = new GcpCredentialOptions { Environment = new GcpEnvironment { NoMetadata = true } },
        };

    public override async Task<IReadOnlyList<Arrived>> ReadAsync()
    {
        while (await emulator.PullAsync(topic) is { Count: > 0 } messages)
            arrived.AddRange(raw ? messages.Select(Raw) : await PubSubMessages.DecodeAsync(messages));
        return [.. arrived];
    }

    public override async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        await proxy.DisposeAsync();
    }

    private static Arrived Raw(JsonElement message) =>
        new(message.GetProperty("data").GetBytesFromBase64(), null, message.GetProperty("orderingKey").GetString());
}
