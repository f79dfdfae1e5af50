namespace Transponder.Tests.Notifiers.Channels.Slack;

public sealed class SlackWebhookContractTests : ChannelContract
{
    protected override string? GoodTarget => null;

    protected override string? BadTarget => "#alerts";

    protected override string Secret => "sesame-0pen-hook";

    protected override int KeptOfLongText => 2500;

    protected override Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) => SlackPeer.StartAsync(behaviour, isBot: false);
}
