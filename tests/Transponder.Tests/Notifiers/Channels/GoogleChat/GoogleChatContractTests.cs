using Transponder.Notifiers;
using Transponder.Notifiers.Channels.GoogleChat;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.GoogleChat;

public sealed class GoogleChatContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "general";

    protected override string Secret => GoogleChatServer.ApiToken;

    protected override int KeptOfLongText => 15_000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var server = await GoogleChatServer.StartAsync();
        var peer = new GoogleChatPeer(server);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class GoogleChatPeer : ChannelPeer
    {
        private readonly GoogleChatServer _server;
        private readonly OutboundHttp _http = new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.1"], out _) });

        public GoogleChatPeer(GoogleChatServer server)
        {
            _server = server;
            Notifier = new GoogleChatNotifier(
                new GoogleChatOptions { WebhookUrl = SecretRef.FromValue(server.WebhookUrl), Timeout = TimeSpan.FromSeconds(1) },
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
                    PeerBehaviour.FailsForNow => GoogleChatServer.Refuse(503, "UNAVAILABLE", request.Path),
                    PeerBehaviour.RefusesCredentials => GoogleChatServer.Refuse(403, "PERMISSION_DENIED", $"no:\r\n{request.Path}"),
                    PeerBehaviour.AsksForPatience => GoogleChatServer.Refuse(429, "RESOURCE_EXHAUSTED", request.Path),
                    _ => null,
                };

        public override Task ContactedAsync() => _server.ContactedAsync();

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([
                .. _server.Posted.Select(m => new ReceivedMessage(m.Id, m.Title, m.Texts.First()!, [.. _server.Requests[0].Headers.Keys])
                {
                    Shown = m.Shown,
                    Links = m.Links,
                }),
            ]);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Requests[^1].Json));

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _server.DisposeAsync();
        }
    }
}
