using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Teams;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Teams;

public sealed class TeamsContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "General";

    protected override string Secret => TeamsServer.Signature;

    protected override int KeptOfLongText => 8000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var server = await TeamsServer.StartAsync();
        var peer = new TeamsPeer(server);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class TeamsPeer : ChannelPeer
    {
        private readonly TeamsServer _server;
        private readonly OutboundHttp _http = new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.1"], out _) });

        public TeamsPeer(TeamsServer server)
        {
            _server = server;
            Notifier = new TeamsNotifier(
                new TeamsOptions { WebhookUrl = SecretRef.FromValue(server.WebhookUrl), Timeout = TimeSpan.FromSeconds(1) },
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
                    PeerBehaviour.FailsForNow => TeamsServer.Refuse(502, "NoResponse", request.Path),
                    PeerBehaviour.RefusesCredentials => TeamsServer.Refuse(401, "DirectApiAuthorizationRequired", request.Path),
                    PeerBehaviour.AsksForPatience => TeamsServer.Refuse(429, "WorkflowRunActionsThrottled", request.Path),
                    _ => null,
                };

        public override Task ContactedAsync() => _server.ContactedAsync();

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _server.Cards.Select(Read)]);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Requests[^1].Json));

        private ReceivedMessage Read(JsonElement card)
        {
            var blocks = card.GetProperty("body").EnumerateArray().ToList();
            JsonElement[] actions = card.TryGetProperty("actions", out var array) ? [.. array.EnumerateArray()] : [];
            var read = TeamsServer.Texts(card).Select(MarkdownReader.Read).ToList();
            return new ReceivedMessage(
                blocks[0].GetProperty("id").GetString()!,
                TextOf(blocks[0]),
                TextOf(blocks[1]),
                [.. _server.Requests[0].Headers.Keys]
            )
            {
                Shown = string.Join(
                    '\n',
                    [.. read.Select(text => text.Shown), .. actions.Select(action => action.GetProperty("title").GetString()!)]
                ),
                Links = [.. read.SelectMany(text => text.Links), .. actions.Select(action => action.GetProperty("url").GetString()!)],
            };
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _server.DisposeAsync();
        }

        private static string TextOf(JsonElement block) => Markdown.Unescape(block.GetProperty("text").GetString()!);
    }
}
