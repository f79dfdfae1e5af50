using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Discord;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Discord;

public sealed class DiscordContractTests : ChannelContract
{
    protected override string? GoodTarget => DiscordServer.Thread;

    protected override string? BadTarget => "#general";

    protected override string Secret => DiscordServer.Secret;

    protected override int KeptOfLongText => 3500;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) =>
        await new DiscordPeer(await DiscordServer.StartAsync(), behaviour).BeginAsync();

    private sealed class DiscordPeer : ProviderPeer
    {
        private readonly DiscordServer _server;

        public DiscordPeer(DiscordServer server, PeerBehaviour behaviour)
            : base(server, behaviour)
        {
            _server = server;
            Notifier = new DiscordNotifier(
                new DiscordOptions { WebhookUrl = SecretRef.FromValue(server.WebhookUrl), Timeout = Patience },
                Http
            );
        }

        public override Notifier Notifier { get; }

        protected override ReceiverAnswer FailsForNow(ReceivedRequest request) => DiscordServer.Refuse(502, 0, request.Path);

        protected override ReceiverAnswer RefusesCredentials(ReceivedRequest request) =>
            DiscordServer.Refuse(401, 50027, $"Invalid Webhook Token\r\n{request.Path}");

        protected override ReceiverAnswer AsksForPatience(ReceivedRequest request) => DiscordServer.Limit(1.5, request.Path);

        protected override IEnumerable<ReceivedMessage> Received() => _server.Posted.Select(m => Read(m));

        private ReceivedMessage Read(DiscordMessage message)
        {
            var read = message.Texts.Select(MarkdownReader.Read).ToList();
            return new ReceivedMessage(message.Id, message.Title, message.Body, HeaderNames)
            {
                Shown = string.Join('\n', read.Select(text => text.Shown)),
                Links = [.. read.SelectMany(text => text.Links)],
            };
        }
    }
}
