using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>What every channel keeps to whose other side is away over a network: what it makes of messages, and what it says of trouble.</summary>
public abstract class ChannelContract : MessageContract
{
    /// <summary>The secret that the peer's notifier is configured with; a peer that refuses or fails echoes it where its protocol lets it.</summary>
    protected abstract string Secret { get; }

    [Fact]
    public async Task Send_Cancelled_EndsInFlight()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        peer.Behave(PeerBehaviour.Silent);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var sending = peer.Notifier.SendAsync(NewMessage("cancelled"), cancel.Token);
        await peer.ContactedAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(PeerBehaviour.RefusesConnections, DeliveryReason.ConnectFailed)]
    [InlineData(PeerBehaviour.Silent, DeliveryReason.Timeout)]
    [InlineData(PeerBehaviour.HangsUp, DeliveryReason.ConnectionLost)]
    [InlineData(PeerBehaviour.FailsForNow, DeliveryReason.ServerError)]
    [InlineData(PeerBehaviour.AsksForPatience, DeliveryReason.Throttled)]
    public async Task Send_PeerInTrouble_IsRetriedForThatReason(PeerBehaviour behaviour, DeliveryReason reason)
    {
        await using var peer = await StartPeerAsync(behaviour);

        var result = await peer.Notifier.SendAsync(NewMessage("trouble"), Token);

        Assert.Equal(reason, Outcome.Is<DeliveryResult.Retry>(result).Reason);
        AssertFitForPeople(result);
    }

    [Fact]
    public async Task Send_CredentialsRefused_RejectsTheDestination()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.RefusesCredentials);

        var result = await peer.Notifier.SendAsync(NewMessage("refused"), Token);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(result);
        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
        AssertFitForPeople(result);
    }

    [Fact]
    public async Task Send_AfterTrouble_SameNotifierDelivers()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.FailsForNow);
        Outcome.Is<DeliveryResult.Retry>(await peer.Notifier.SendAsync(NewMessage("later"), Token));

        peer.Behave(PeerBehaviour.Accepts);

        Outcome.Is<DeliveryResult.Delivered>(await peer.Notifier.SendAsync(NewMessage("later"), Token));
    }

    private void AssertFitForPeople(DeliveryResult result)
    {
        Assert.DoesNotContain(Secret, result.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(result.Detail.Length, 1, 500);
        Assert.DoesNotContain(result.Detail, char.IsControl);
    }
}
