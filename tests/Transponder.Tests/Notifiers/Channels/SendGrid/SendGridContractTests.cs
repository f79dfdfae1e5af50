using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.SendGrid;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.SendGrid;

public sealed class SendGridContractTests : ChannelContract
{
    protected override string? GoodTarget => "ada@example.com";

    protected override string? BadTarget => "ada@example.com\r\nBcc: eve@example.com";

    protected override string Secret => SendGridServer.Key;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) =>
        await new SendGridPeer(await SendGridServer.StartAsync(), behaviour).BeginAsync();

    private sealed class SendGridPeer : ProviderPeer
    {
        private readonly SendGridServer _server;

        public SendGridPeer(SendGridServer server, PeerBehaviour behaviour)
            : base(server, behaviour)
        {
            _server = server;
            Notifier = new SendGridNotifier(
                new SendGridOptions
                {
                    ApiKey = SecretRef.FromValue(SendGridServer.Key),
                    From = SendGridServer.Sender,
                    ApiUrl = server.ApiUrl,
                    Timeout = Patience,
                },
                Http
            );
        }

        public override Notifier Notifier { get; }

        protected override ReceiverAnswer FailsForNow(ReceivedRequest request) => SendGridServer.Refuse(500, Echo(request));

        protected override ReceiverAnswer RefusesCredentials(ReceivedRequest request) => SendGridServer.Refuse(401, Echo(request));

        protected override ReceiverAnswer AsksForPatience(ReceivedRequest request) => SendGridServer.Refuse(429, Echo(request));

        protected override IEnumerable<ReceivedMessage> Received() => _server.Mails.Select(Read);

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
