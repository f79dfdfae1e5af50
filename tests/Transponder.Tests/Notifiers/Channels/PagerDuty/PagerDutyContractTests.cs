using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.PagerDuty;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.PagerDuty;

public sealed class PagerDutyContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "critical";

    protected override string Secret => PagerDutyServer.Key;

    protected override int KeptOfLongText => 99_000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var server = await PagerDutyServer.StartAsync();
        var peer = new PagerDutyPeer(server);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class PagerDutyPeer : ChannelPeer
    {
        private readonly PagerDutyServer _server;
        private readonly OutboundHttp _http = new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.1"], out _) });

        public PagerDutyPeer(PagerDutyServer server)
        {
            _server = server;
            Notifier = new PagerDutyNotifier(
                new PagerDutyOptions
                {
                    RoutingKey = SecretRef.FromValue(PagerDutyServer.Key),
                    EventsUrl = server.EventsUrl,
                    Timeout = TimeSpan.FromSeconds(1),
                },
                _http
            );
        }

        public override Notifier Notifier { get; }

        public override void Behave(PeerBehaviour behaviour) =>
            _server.Trouble = request =>
                behaviour switch
                {
                    PeerBehaviour.Silent => ReceiverAnswer.Hang,
                    PeerBehaviour.HangsUp => ReceiverAnswer.Drop,
                    PeerBehaviour.FailsForNow => ReceiverAnswer.Of(500, Echo()),
                    PeerBehaviour.RefusesCredentials => PagerDutyServer.Refuse($"Invalid 'routing_key' {PagerDutyServer.Key}"),
                    PeerBehaviour.AsksForPatience => ReceiverAnswer.Of(429, Echo()),
                    _ => null,
                };

        public override Task ContactedAsync() => _server.ContactedAsync();

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _server.Events.Select(Read)]);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Events[^1]));

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _server.DisposeAsync();
        }

        private ReceivedMessage Read(JsonElement e)
        {
            var payload = e.GetProperty("payload");
            var details = payload.GetProperty("custom_details");
            JsonElement[] links = e.TryGetProperty("links", out var array) ? [.. array.EnumerateArray()] : [];
            IEnumerable<string> fields = details.TryGetProperty("fields", out var all)
                ? all.EnumerateObject().SelectMany(field => new[] { field.Name, field.Value.GetString()! })
                : [];
            var (title, body) = (payload.GetProperty("summary").GetString()!, details.GetProperty("body").GetString()!);
            return new ReceivedMessage(e.GetProperty("dedup_key").GetString()!, title, body, [.. _server.Requests[0].Headers.Keys])
            {
                Shown = string.Join('\n', [title, body, .. fields, .. links.Select(link => link.GetProperty("text").GetString()!)]),
                Links = [.. links.Select(link => link.GetProperty("href").GetString()!)],
            };
        }

        private static string Echo() => $"no:\r\n{PagerDutyServer.Key}";
    }
}
