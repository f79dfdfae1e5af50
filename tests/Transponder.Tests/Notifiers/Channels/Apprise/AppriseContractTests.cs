using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Apprise;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Apprise;

public sealed class AppriseContractTests : ChannelContract
{
    protected override string? GoodTarget => "devops";

    protected override string? BadTarget => "devops\r\nX-Injected: yes";

    protected override string Secret => AppriseServer.Key;

    protected override int KeptOfLongText => 30_000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) =>
        await new ApprisePeer(await AppriseServer.StartAsync(), behaviour).BeginAsync();

    private sealed class ApprisePeer : ProviderPeer
    {
        private readonly AppriseServer _server;

        public ApprisePeer(AppriseServer server, PeerBehaviour behaviour)
            : base(server, behaviour)
        {
            _server = server;
            Notifier = new AppriseNotifier(
                new AppriseOptions
                {
                    ServerUrl = server.Url,
                    Key = SecretRef.FromValue(AppriseServer.Key),
                    Timeout = Patience,
                },
                Http
            );
        }

        public override Notifier Notifier { get; }

        protected override ReceiverAnswer FailsForNow(ReceivedRequest request) => AppriseServer.Refuse(500, request.Path);

        protected override ReceiverAnswer RefusesCredentials(ReceivedRequest request) =>
            AppriseServer.Refuse(403, $"no:\r\n{request.Path}");

        protected override ReceiverAnswer AsksForPatience(ReceivedRequest request) => AppriseServer.Refuse(429, request.Path);

        protected override IEnumerable<ReceivedMessage> Received() => _server.Sent.Select(sent => Read(sent.Id, sent.Message));

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Sent[^1].Message));

        private ReceivedMessage Read(string id, JsonElement message)
        {
            var (title, body) = (message.GetProperty("title").GetString()!, message.GetProperty("body").GetString()!);
            var (shown, links) = message.GetProperty("format").GetString() == "html" ? HtmlReader.Read(body) : (body, []);
            return new ReceivedMessage(id, title, body, HeaderNames)
            {
                // People read what looks alike.
                Shown = $"{title}\n{shown}".Replace('＠', '@').Replace('‹', '<'),
                Links = links,
            };
        }
    }
}
