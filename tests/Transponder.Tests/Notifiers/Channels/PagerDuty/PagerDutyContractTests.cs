using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.PagerDuty;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.PagerDuty;

public sealed class PagerDutyContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "critical";

    protected override string Secret => PagerDutyServer.Key;

    protected override int KeptOfLongText => 99_000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) =>
        await new PagerDutyPeer(await PagerDutyServer.StartAsync(), behaviour).BeginAsync();

    private sealed class PagerDutyPeer : ProviderPeer
    {
        private readonly PagerDutyServer _server;

        public PagerDutyPeer(PagerDutyServer server, PeerBehaviour behaviour)
            : base(server, behaviour)
        {
            _server = server;
            Notifier = new PagerDutyNotifier(
                new PagerDutyOptions
                {
                    RoutingKey = SecretRef.FromValue(PagerDutyServer.Key),
                    EventsUrl = server.EventsUrl,
                    Timeout = Patience,
                },
                Http
            );
        }

        public override Notifier Notifier { get; }

        protected override ReceiverAnswer FailsForNow(ReceivedRequest request) => ReceiverAnswer.Of(500, Echo());

        protected override ReceiverAnswer RefusesCredentials(ReceivedRequest request) =>
            PagerDutyServer.Refuse($"Invalid 'routing_key' {PagerDutyServer.Key}");

        protected override ReceiverAnswer AsksForPatience(ReceivedRequest request) => ReceiverAnswer.Of(429, Echo());

        protected override IEnumerable<ReceivedMessage> Received() => _server.Events.Select(Read);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Events[^1]));

        private ReceivedMessage Read(JsonElement e)
        {
            var payload = e.GetProperty("payload");
            var details = payload.GetProperty("custom_details");
            JsonElement[] links = e.TryGetProperty("links", out var array) ? [.. array.EnumerateArray()] : [];
            IEnumerable<string> fields = details.TryGetProperty("fields", out var all)
                ? all.EnumerateObject().SelectMany(field => new[] { field.Name, field.Value.GetString()! })
                : [];
            var (title, body) = (payload.GetProperty("summary").GetString()!, details.GetProperty("body").GetString()!);
            return new ReceivedMessage(e.GetProperty("dedup_key").GetString()!, title, body, HeaderNames)
            {
                Shown = string.Join('\n', [title, body, .. fields, .. links.Select(link => link.GetProperty("text").GetString()!)]),
                Links = [.. links.Select(link => link.GetProperty("href").GetString()!)],
            };
        }

        private static string Echo() => $"no:\r\n{PagerDutyServer.Key}";
    }
}
