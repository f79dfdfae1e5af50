using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Server;
using Transponder.Tests.Notifiers.Channels;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Server;

/// <summary>The server is a channel like any other to a pod.</summary>
public sealed class ServerContractTests : ChannelContract
{
    protected override string? GoodTarget => "#alerts";

    protected override string? BadTarget => new('x', 2000);

    protected override string Secret => "the-token-of-the-pod-0123456789";

    protected override BodyFormat Format => BodyFormat.Text;

    protected override int KeptOfLongText => 32_000;

    protected override async Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour)
    {
        var receiver = await WebhookReceiver.StartAsync();
        var peer = new ServerPeer(receiver, Secret);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await receiver.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class ServerPeer(WebhookReceiver receiver, string token) : ChannelPeer
    {
        private PeerBehaviour current;

        public override Notifier Notifier { get; } =
            new ServerNotifier(
                new ServerNotifierOptions
                {
                    Endpoint = $"http://127.0.0.1:{receiver.Port}/",
                    Channel = "alerts",
                    Token = SecretRef.FromValue(token),
                    Timeout = TimeSpan.FromSeconds(1),
                }
            );

        public override void Behave(PeerBehaviour behaviour)
        {
            current = behaviour;
            receiver.Answer = request =>
                current switch
                {
                    PeerBehaviour.Silent => ReceiverAnswer.Hang,
                    PeerBehaviour.HangsUp => ReceiverAnswer.Drop,
                    PeerBehaviour.FailsForNow => Refuse(503, 14, $"the database cannot be reached {request.Header("authorization")}"),
                    PeerBehaviour.RefusesCredentials => Refuse(401, 16, $"nobody knows\r\n{request.Header("authorization")}"),
                    PeerBehaviour.AsksForPatience => ReceiverAnswer.RetryAfter(429, "2"),
                    _ => ReceiverAnswer.Of(200, """{"delivery_ids":["dlv_1"],"duplicate":false}"""),
                };
        }

        public override async Task ContactedAsync() => await receiver.ReceivedAsync(1);

        public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([
                .. receiver.Received.Select(request => new ReceivedMessage(
                    request.Json.GetProperty("id").GetString()!,
                    request.Json.GetProperty("content").GetProperty("title").GetString()!,
                    request.Json.GetProperty("content").GetProperty("body").GetString()!,
                    [.. request.Headers.Keys]
                )),
            ]);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await receiver.DisposeAsync();
        }

        private static ReceiverAnswer Refuse(int status, int code, string message) =>
            ReceiverAnswer.Of(status, JsonSerializer.Serialize(new { code, message }));
    }
}
