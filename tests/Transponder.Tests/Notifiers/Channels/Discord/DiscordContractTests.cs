using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Discord;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Discord;

public sealed class DiscordContractTests : ChannelContract
{
    protected override string? GoodTarget => DiscordServer.Thread;

    protected override string? BadTarget => "#general";

    protected override string Secret => DiscordServer.Secret;

    protected override int KeptOfLongText => 3500;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var server = await DiscordServer.StartAsync();
        var peer = new DiscordPeer(server);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class DiscordPeer : ChannelPeer
    {
        private readonly DiscordServer _server;
        private readonly OutboundHttp _http = new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.1"], out _) });

        public DiscordPeer(DiscordServer server)
        {
            _server = server;
            Notifier = new DiscordNotifier(
                new DiscordOptions { WebhookUrl = SecretRef.FromValue(server.WebhookUrl), Timeout = TimeSpan.FromSeconds(1) },
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
                    PeerBehaviour.FailsForNow => DiscordServer.Refuse(502, 0, request.Path),
                    PeerBehaviour.RefusesCredentials => DiscordServer.Refuse(401, 50027, $"Invalid Webhook Token\r\n{request.Path}"),
                    PeerBehaviour.AsksForPatience => DiscordServer.Limit(1.5, request.Path),
                    _ => null,
                };

        public override Task ContactedAsync() => _server.ContactedAsync();

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _server.Posted.Select(m => Read(m))]);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Requests[^1].Json));

        private ReceivedMessage Read(DiscordMessage message)
        {
            var read = message.Texts.Select(MarkdownReader.Read).ToList();
            return new ReceivedMessage(message.Id, message.Title, message.Body, [.. _server.Requests[0].Headers.Keys])
            {
                Shown = string.Join('\n', read.Select(text => text.Shown)),
                Links = [.. read.SelectMany(text => text.Links)],
            };
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _server.DisposeAsync();
        }
    }
}
