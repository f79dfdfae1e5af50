using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Apprise;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Apprise;

public sealed class AppriseContractTests : ChannelContract
{
    protected override string? GoodTarget => "devops";

    protected override string? BadTarget => "devops\r\nX-Injected: yes";

    protected override string Secret => AppriseServer.Key;

    protected override int KeptOfLongText => 30_000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var server = await AppriseServer.StartAsync();
        var peer = new ApprisePeer(server);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class ApprisePeer : ChannelPeer
    {
        private readonly AppriseServer _server;
        private readonly OutboundHttp _http = new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.1"], out _) });

        public ApprisePeer(AppriseServer server)
        {
            _server = server;
            Notifier = new AppriseNotifier(
                new AppriseOptions
                {
                    ServerUrl = server.Url,
                    Key = SecretRef.FromValue(AppriseServer.Key),
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
                    PeerBehaviour.FailsForNow => AppriseServer.Refuse(500, request.Path),
                    PeerBehaviour.RefusesCredentials => AppriseServer.Refuse(403, $"no:\r\n{request.Path}"),
                    PeerBehaviour.AsksForPatience => AppriseServer.Refuse(429, request.Path),
                    _ => null,
                };

        public override Task ContactedAsync() => _server.ContactedAsync();

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _server.Sent.Select(sent => Read(sent.Id, sent.Message))]);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Sent[^1].Message));

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _server.DisposeAsync();
        }

        private ReceivedMessage Read(string id, JsonElement message)
        {
            var (title, body) = (message.GetProperty("title").GetString()!, message.GetProperty("body").GetString()!);
            var (shown, links) = message.GetProperty("format").GetString() == "html" ? HtmlReader.Read(body) : (body, []);
            return new ReceivedMessage(id, title, body, [.. _server.Requests[0].Headers.Keys])
            {
                // People read what looks alike.
                Shown = $"{title}\n{shown}".Replace('＠', '@').Replace('‹', '<'),
                Links = links,
            };
        }
    }
}
