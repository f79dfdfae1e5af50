using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Webhook;

public sealed class WebhookContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "#alerts";

    protected override string Secret => "sesame-0pen-very-secret";

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var receiver = await WebhookReceiver.StartAsync();
        var peer = new WebhookPeer(receiver, Secret, behaviour);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await receiver.RefuseAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class WebhookPeer : ChannelPeer
    {
        private readonly WebhookReceiver _receiver;
        private readonly OutboundHttp _http = LoopbackHttp.Open();
        private readonly string _secret;

        public WebhookPeer(WebhookReceiver receiver, string secret, PeerBehaviour behaviour)
        {
            _receiver = receiver;
            _secret = secret;
            Notifier = new WebhookNotifier(
                new WebhookOptions
                {
                    Url = SecretRef.FromValue(receiver.Url + "?key=" + secret),
                    SigningSecret = SecretRef.FromValue(secret),
                    Headers = new Dictionary<string, SecretRef> { ["Authorization"] = SecretRef.FromValue("Bearer " + secret) },
                    Timeout = PatienceWith(behaviour),
                },
                _http
            );
        }

        public override Notifier Notifier { get; }

        public override void Behave(PeerBehaviour behaviour) =>
            _receiver.Answer = request =>
                behaviour switch
                {
                    PeerBehaviour.Silent => ReceiverAnswer.Hang,
                    PeerBehaviour.HangsUp => ReceiverAnswer.Drop,
                    PeerBehaviour.FailsForNow => ReceiverAnswer.Of(500, Echo(request)),
                    PeerBehaviour.RefusesCredentials => ReceiverAnswer.Of(401, Echo(request)),
                    PeerBehaviour.AsksForPatience => ReceiverAnswer.Of(429, Echo(request)),
                    _ => new ReceiverAnswer(),
                };

        public override Task ContactedAsync() => _receiver.ReceivedAsync(1);

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _receiver.Received.Select(Read)]);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _http.Dispose();
            await _receiver.DisposeAsync();
        }

        private string Echo(ReceivedRequest request) => $"no: {request.Path} with\r\n{request.Header("Authorization")} or {_secret}";

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_receiver.Received[^1].Json));

        private static ReceivedMessage Read(ReceivedRequest request)
        {
            var json = request.Json;
            var texts = new[] { "title", json.TryGetProperty("text", out _) ? "text" : "body" }.Select(name => json.GetProperty(name));
            var parts = new[] { "fields", "links" }.SelectMany(name =>
                json.TryGetProperty(name, out var all) ? all.EnumerateArray().ToArray() : []
            );
            return new ReceivedMessage(
                request.Header(WebhookSignature.IdHeader),
                json.GetProperty("title").GetString()!,
                json.GetProperty("body").GetString()!,
                [.. request.Headers.Keys]
            )
            {
                // A receiver's own pages make the text visible.
                Shown = VisibleText.Of(
                    string.Join(
                        '\n',
                        texts
                            .Concat(parts.SelectMany(part => part.EnumerateObject()).Select(part => part.Value))
                            .Select(text => text.ToString())
                    )
                ),
                Links = [.. parts.Where(part => part.TryGetProperty("url", out _)).Select(part => part.GetProperty("url").GetString()!)],
            };
        }
    }
}
