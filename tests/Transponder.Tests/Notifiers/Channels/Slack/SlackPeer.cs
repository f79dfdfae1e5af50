using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Slack;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Slack;

/// <summary>Slack in a given mood, and a notifier that points at it.</summary>
internal sealed class SlackPeer : ProviderPeer
{
    private readonly SlackServer _server;
    private readonly bool _isBot;

    private SlackPeer(SlackServer server, PeerBehaviour behaviour, bool isBot)
        : base(server, behaviour)
    {
        _server = server;
        _isBot = isBot;
        var options = new SlackOptions { Timeout = Patience };
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
            Http
        );
    }

    public override Notifier Notifier { get; }

    public static async Task<ChannelPeer> StartAsync(PeerBehaviour behaviour, bool isBot) =>
        await new SlackPeer(await SlackServer.StartAsync(), behaviour, isBot).BeginAsync();

    protected override ReceiverAnswer FailsForNow(ReceivedRequest request) => ReceiverAnswer.Of(500, Echo(request));

    protected override ReceiverAnswer RefusesCredentials(ReceivedRequest request) =>
        _isBot ? SlackServer.Error("invalid_auth") : ReceiverAnswer.Of(403, "invalid_token");

    protected override ReceiverAnswer AsksForPatience(ReceivedRequest request) => ReceiverAnswer.Of(429, Echo(request));

    protected override IEnumerable<ReceivedMessage> Received() => _server.Posted.Select(p => Read(p));

    private ReceivedMessage Read(PostedMessage posted)
    {
        var (shown, links) = MrkdwnReader.Read(posted.Blocks);
        return new ReceivedMessage(posted.Id, posted.Title, posted.Body, HeaderNames) { Shown = shown, Links = links };
    }

    private static string Echo(ReceivedRequest request) => $"no: {request.Path} with\r\n{request.Header("Authorization")}";
}
