using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;
using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Slack;

/// <summary>Slack in a given mood, and a notifier that points at it.</summary>
internal sealed class SlackPeer : ChannelPeer
{
    private readonly SlackServer _server;
    private readonly bool _isBot;
    private readonly OutboundHttp _http = new(new OutboundOptions { Policy = OutboundPolicy.Parse(["127.0.0.1"], out _) });

    private SlackPeer(SlackServer server, bool isBot)
    {
        _server = server;
        _isBot = isBot;
        var options = new SlackOptions { Timeout = TimeSpan.FromSeconds(1) };
        Notifier = new SlackNotifier(
            isBot
                ? options with
                {
                    BotToken = SecretRef.FromValue(SlackServer.Token),
                    ApiUrl = server.ApiUrl,
                }
                : options with
                {
                    WebhookUrl = SecretRef.FromValue(server.WebhookUrl),
                },
            _http
        );
    }

    public override Notifier Notifier { get; }

    public static async Task<ChannelPeer> StartAsync(PeerBehaviour behaviour, bool isBot)
    {
        var server = await SlackServer.StartAsync();
        var peer = new SlackPeer(server, isBot);
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.DisposeAsync();
        else
            peer.Behave(behaviour);
        return peer;
    }

    public override void Behave(PeerBehaviour behaviour) =>
        _server.Trouble = request =>
            behaviour switch
            {
                PeerBehaviour.Silent => ReceiverAnswer.Hang,
                PeerBehaviour.HangsUp => ReceiverAnswer.Drop,
                PeerBehaviour.FailsForNow => ReceiverAnswer.Of(500, Echo(request)),
                PeerBehaviour.RefusesCredentials when _isBot => SlackServer.Error("invalid_auth"),
                PeerBehaviour.RefusesCredentials => ReceiverAnswer.Of(403, "invalid_token"),
                PeerBehaviour.AsksForPatience => ReceiverAnswer.Of(429, Echo(request)),
                _ => null,
            };

    public override Task ContactedAsync() => _server.ContactedAsync();

    public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
        Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. _server.Posted.Select(p => Read(p))]);

    public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(_server.Requests[^1].Json));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private ReceivedMessage Read(PostedMessage posted)
    {
        var (shown, links) = MrkdwnReader.Read(posted.Blocks);
        return new ReceivedMessage(posted.Id, posted.Title, posted.Body, [.. _server.Requests[0].Headers.Keys])
        {
            Shown = shown,
            Links = links,
        };
    }

    private static string Echo(ReceivedRequest request) => $"no: {request.Path} with\r\n{request.Header("Authorization")}";
}
