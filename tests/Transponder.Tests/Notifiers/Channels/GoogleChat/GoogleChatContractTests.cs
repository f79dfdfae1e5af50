using Transponder.Notifiers;
using Transponder.Notifiers.Channels.GoogleChat;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.GoogleChat;

public sealed class GoogleChatContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "general";

    protected override string Secret => GoogleChatServer.ApiToken;

    protected override int KeptOfLongText => 15_000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) =>
        await new GoogleChatPeer(await GoogleChatServer.StartAsync(), behaviour).BeginAsync();

    private sealed class GoogleChatPeer : ProviderPeer
    {
        private readonly GoogleChatServer _server;

        public GoogleChatPeer(GoogleChatServer server, PeerBehaviour behaviour)
            : base(server, behaviour)
        {
            _server = server;
            Notifier = new GoogleChatNotifier(
                new GoogleChatOptions { WebhookUrl = SecretRef.FromValue(server.WebhookUrl), Timeout = Patience },
                Http
            );
        }

        public override Notifier Notifier { get; }

        protected override ReceiverAnswer FailsForNow(ReceivedRequest request) => GoogleChatServer.Refuse(503, "UNAVAILABLE", request.Path);

        protected override ReceiverAnswer RefusesCredentials(ReceivedRequest request) =>
            GoogleChatServer.Refuse(403, "PERMISSION_DENIED", $"no:\r\n{request.Path}");

        protected override ReceiverAnswer AsksForPatience(ReceivedRequest request) =>
            GoogleChatServer.Refuse(429, "RESOURCE_EXHAUSTED", request.Path);

        protected override IEnumerable<ReceivedMessage> Received() =>
            _server.Posted.Select(m => new ReceivedMessage(m.Id, m.Title, m.Texts.First()!, HeaderNames)
            {
                Shown = m.Shown,
                Links = m.Links,
            });
    }
}
