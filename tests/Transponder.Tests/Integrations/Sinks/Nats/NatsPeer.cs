using System.Globalization;
using System.Text.Json;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Nats;
using Transponder.Notifiers;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Integrations.Sinks.Nats;

/// <summary>A NATS server behind a proxy, read by npm's client.</summary>
internal sealed class NatsPeer : SinkPeer
{
    public const int MaxPayload = 20_000;
    public const string Password = "nats-secret-9";

    private const string Settings = """
        max_payload: 20000
        authorization { users: [
          { user: reader, password: reader }
          { user: writer, password: nats-secret-9, permissions: { publish: ["events.>"], subscribe: ["_INBOX.>"] } }
        ] }
        """;

    private readonly NatsServer server;
    private readonly ChildProcess? reader;

    private NatsPeer(NatsServer server, TcpFaultProxy network, ChildProcess? reader, NatsSinkOptions options)
    {
        this.server = server;
        this.reader = reader;
        Network = network;
        Sink = new NatsSink(options);
    }

    public override IEventSink Sink { get; }

    public override TcpFaultProxy Network { get; }

    public static async Task<SinkPeer> StartAsync(SinkTerms terms, bool jetStream, NatsSinkMode mode)
    {
        var server = await NatsServer.StartAsync(Settings, jetStream);
        var network = TcpFaultProxy.Start(server.Port, terms.Trouble == SinkTrouble.Down ? Fault.Refuse : Fault.None);
        var denied = terms.Trouble == SinkTrouble.NotPermitted;
        var reader = terms.Trouble == SinkTrouble.NoTopic ? null : await ReadAsync(server, jetStream, terms.Raw);
        var options = new NatsSinkOptions
        {
            Servers = [string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{network.Port}")],
            Subject = denied ? "private.events" : "events.{project}.{domain}",
            User = "writer",
            Password = SecretRef.FromValue(terms.Trouble == SinkTrouble.WrongCredentials ? "wrong-" + Password : Password),
            JetStream = jetStream,
            Mode = mode,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            AckTimeout = TimeSpan.FromSeconds(30),
        };
        return new NatsPeer(server, network, reader, options);
    }

    public override Task<IReadOnlyList<Arrived>> ReadAsync() =>
        Task.FromResult<IReadOnlyList<Arrived>>([.. reader!.Lines.Where(line => line.StartsWith('{')).Select(Read)]);

    public override async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        if (reader is not null)
            await reader.DisposeAsync();
        await Network.DisposeAsync();
        await server.DisposeAsync();
    }

    private static async Task<ChildProcess> ReadAsync(NatsServer server, bool jetStream, bool raw)
    {
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        string[] arguments = [port, "events.*.*", jetStream ? "stream" : "core", raw ? "raw" : "events"];
        var reader = NodeScript.Start("Integrations/Sinks/Nats/read_nats.js", arguments);
        await reader.LineAsync("ready");
        return reader;
    }

    private static Arrived Read(string line)
    {
        var json = JsonElement.Parse(line);
        return new Arrived(
            json.GetProperty("data").GetBytesFromBase64(),
            json.TryGetProperty("id", out var id) ? id.GetString() : null,
            json.TryGetProperty("key", out var key) ? key.GetString() : null
        );
    }
}
