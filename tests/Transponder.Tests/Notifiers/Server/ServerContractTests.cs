using System.Text.Json;
using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
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
        var peer = new ServerPeer(receiver, Secret, behaviour);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await receiver.RefuseAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    private sealed class ServerPeer(WebhookReceiver receiver, string token, PeerBehaviour first) : ChannelPeer
    {
        private PeerBehaviour current;

        public override Notifier Notifier { get; } =
            new ServerNotifier(
                new ServerNotifierOptions
                {
                    Endpoint = $"http://127.0.0.1:{receiver.Port}/",
                    Channel = "alerts",
                    Token = SecretRef.FromValue(token),
                    Timeout = PatienceWith(first),
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
            Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. receiver.Received.Select(Read)]);

        public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(receiver.Received[^1].Json));

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await receiver.DisposeAsync();
        }

        // What the server makes of it for a channel of plain text.
        private static ReceivedMessage Read(ReceivedRequest request)
        {
            var content = request.Json.GetProperty("content");
            var message = new Message
            {
                Id = Text(request.Json, "id"),
                Title = Text(content, "title"),
                Body = Text(content, "body"),
                Format = Text(content, "format") == "MARKUP" ? BodyFormat.Markup : BodyFormat.Text,
                Fields =
                [
                    .. content
                        .GetProperty("fields")
                        .EnumerateArray()
                        .Select(field => new MessageField(
                            Text(field, "name"),
                            Text(field, "value"),
                            !field.GetProperty("is_long").GetBoolean()
                        )),
                ],
                Links =
                [
                    .. content.GetProperty("links").EnumerateArray().Select(link => new MessageLink(Text(link, "text"), Text(link, "url"))),
                ],
                CreatedAt = DateTimeOffset.UnixEpoch,
            };
            return new ReceivedMessage(message.Id, message.Title, message.Body, [.. request.Headers.Keys])
            {
                Shown = MessageText.ToPlain(message),
            };
        }

        private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

        private static ReceiverAnswer Refuse(int status, int code, string message) =>
            ReceiverAnswer.Of(status, JsonSerializer.Serialize(new { code, message }));
    }
}
