using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.SendGrid;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.SendGrid;

public sealed class SendGridContractTests : ChannelContract
{
    protected override string? GoodTarget => "ada@example.com";

    protected override string? BadTarget => "ada@example.com\r\nBcc: eve@example.com";

    protected override string Secret => SendGridServer.Key;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var server = await SendGridServer.StartAsync();
        var peer = new SendGridPeer(server);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class SendGridPeer : ChannelPeer
    {
        private readonly SendGridServer _server;
        private readonly OutboundHttp _http = new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.1"], out _) });

        public SendGridPeer(SendGridServer server)
        {
            _server = server;
            Notifier = new SendGridNotifier(
                new SendGridOptions
                {
                    ApiKey = SecretRef.FromValue(SendGridServer.Key),
                    From = SendGridServer.Sender,
                    ApiUrl = server.ApiUrl,
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
                    PeerBehaviour.FailsForNow => SendGridServer.Refuse(500, Echo(request)),
                    PeerBehaviour.RefusesCredentials => SendGridServer.Refuse(401, Echo(request)),
                    PeerBehaviour.AsksForPatience => SendGridServer.Refuse(429, Echo(request)),
                    _ => null,
                };

        public override Task ContactedAsync() => _server.ContactedAsync();

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _server.Mails.Select(Read)]);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _server.DisposeAsync();
        }

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Mails[^1]));

        private static ReceivedMessage Read(JsonElement mail)
        {
            var richest = mail.GetProperty("content").EnumerateArray().Last();
            var (subject, body) = (mail.GetProperty("subject").GetString()!, richest.GetProperty("value").GetString()!);
            var (shown, links) = richest.GetProperty("type").GetString() == "text/html" ? HtmlReader.Read(body) : (body, []);
            return new ReceivedMessage(
                mail.GetProperty("custom_args").GetProperty("transponder_id").GetString()!,
                subject,
                body,
                [.. mail.GetProperty("headers").EnumerateObject().Select(header => header.Name)]
            )
            {
                Shown = $"{subject}\n{shown}",
                Links = links,
            };
        }

        private static string Echo(ReceivedRequest request) => $"no:\r\n{request.Header("Authorization")}";
    }
}
