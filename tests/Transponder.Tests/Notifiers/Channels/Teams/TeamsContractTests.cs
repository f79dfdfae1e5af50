using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Teams;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Teams;

public sealed class TeamsContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "General";

    protected override string Secret => TeamsServer.Signature;

    protected override int KeptOfLongText => 8000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) =>
        await new TeamsPeer(await TeamsServer.StartAsync(), behaviour).BeginAsync();

    private sealed class TeamsPeer : ProviderPeer
    {
        private readonly TeamsServer _server;

        public TeamsPeer(TeamsServer server, PeerBehaviour behaviour)
            : base(server, behaviour)
        {
            _server = server;
            Notifier = new TeamsNotifier(
                new TeamsOptions { WebhookUrl = SecretRef.FromValue(server.WebhookUrl), Timeout = Patience },
                Http
            );
        }

        public override Notifier Notifier { get; }

        protected override ReceiverAnswer FailsForNow(ReceivedRequest request) => TeamsServer.Refuse(502, "NoResponse", request.Path);

        protected override ReceiverAnswer RefusesCredentials(ReceivedRequest request) =>
            TeamsServer.Refuse(401, "DirectApiAuthorizationRequired", request.Path);

        protected override ReceiverAnswer AsksForPatience(ReceivedRequest request) =>
            TeamsServer.Refuse(429, "WorkflowRunActionsThrottled", request.Path);

        protected override IEnumerable<ReceivedMessage> Received() => _server.Cards.Select(Read);

        private ReceivedMessage Read(JsonElement card)
        {
            var blocks = card.GetProperty("body").EnumerateArray().ToList();
            JsonElement[] actions = card.TryGetProperty("actions", out var array) ? [.. array.EnumerateArray()] : [];
            var read = TeamsServer.Texts(card).Select(MarkdownReader.Read).ToList();
            return new ReceivedMessage(blocks[0].GetProperty("id").GetString()!, TextOf(blocks[0]), TextOf(blocks[1]), HeaderNames)
            {
                Shown = string.Join(
                    '\n',
                    [.. read.Select(text => text.Shown), .. actions.Select(action => action.GetProperty("title").GetString()!)]
                ),
                Links = [.. read.SelectMany(text => text.Links), .. actions.Select(action => action.GetProperty("url").GetString()!)],
            };
        }

        private static string TextOf(JsonElement block) => Markdown.Unescape(block.GetProperty("text").GetString()!);
    }
}
