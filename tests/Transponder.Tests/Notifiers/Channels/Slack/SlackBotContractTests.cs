namespace Transponder.Tests.Notifiers.Channels.Slack;

public sealed class SlackBotContractTests : ChannelContract
{
    protected override string? GoodTarget => "#alerts";

    protected override string? BadTarget => "alerts please";

    protected override string Secret => SlackServer.Token;

    protected override int KeptOfLongText => 2500;

    protected override Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour) => SlackPeer.StartAsync(behaviour, isBot: true);
}
