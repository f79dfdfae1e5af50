using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>What every channel makes of a message, wherever it goes. A channel's tests inherit it and say how to arrange the other side.</summary>
public abstract partial class MessageContract
{
    private const string Hostile =
        "Boom\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>\0 {{ project }} \u2028 <!channel> \"; '--\r\n.\r\nQUIT\r\n \U0001F680 ünïcödé";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A target that the peer takes.</summary>
    protected abstract string? GoodTarget { get; }

    /// <summary>A target that the channel's syntax forbids.</summary>
    protected abstract string? BadTarget { get; }

    /// <summary>How much of a very long text arrives, where the provider takes only so much.</summary>
    protected virtual int KeptOfLongText => 100_000;

    /// <summary>How the messages' bodies are written.</summary>
    protected virtual BodyFormat Format => BodyFormat.Html;

    /// <summary>Starts the other side in a given state, with a notifier that points at it.</summary>
    protected abstract Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour);

    [Fact]
    public async Task Send_PeerAccepts_IsDeliveredOnceWithItsText()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        var message = NewMessage("one", "Execution \"abc\" has succeeded", "All <b>well</b>.");

        var result = await peer.Notifier.SendAsync(message, Token);

        Outcome.Is<DeliveryResult.Delivered>(result);
        var received = Assert.Single(await peer.ReceivedAsync());
        Assert.Contains("one", received.Id);
        Assert.Equal("Execution \"abc\" has succeeded", received.Title);
        Assert.Contains("All <b>well</b>.", received.Body);
    }

    [Fact]
    public async Task Send_Twice_CarriesTheSameId()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        var message = NewMessage("again");

        await peer.Notifier.SendAsync(message, Token);
        await peer.Notifier.SendAsync(message, Token);

        var received = await peer.ReceivedAsync();
        Assert.Equal(2, received.Count);
        Assert.Equal(received[0].Id, received[1].Id);
    }

    [Fact]
    public async Task Send_ManyAtOnce_AllArriveOnce()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => peer.Notifier.SendAsync(NewMessage($"many-{i}"), Token)));

        Assert.All(results, r => Outcome.Is<DeliveryResult.Delivered>(r));
        var received = await peer.ReceivedAsync();
        Assert.Equal(40, received.Count);
        Assert.Equal(40, received.Select(m => m.Id).Distinct().Count());
    }

    [Fact]
    public async Task Send_HostileText_StaysInert()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);

        var result = await peer.Notifier.SendAsync(NewMessage("hostile", Hostile, Hostile + new string('x', 100_000)), Token);

        Outcome.Is<DeliveryResult.Delivered>(result);
        var received = Assert.Single(await peer.ReceivedAsync());
        Assert.DoesNotContain("X-Injected", received.HeaderNames, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("{{ project }}", received.Title);
        Assert.Contains("{{ project }}", received.Body);
        Assert.Contains("\U0001F680 ünïcödé", received.Body);
        Assert.Contains(new string('x', KeptOfLongText), received.Body);
    }

    [Fact]
    public async Task Send_BadTarget_IsRejectedAsInvalidAddress()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);

        var result = await peer.Notifier.SendAsync(NewMessage("bad") with { Target = BadTarget }, Token);

        var rejected = Outcome.Is<DeliveryResult.Rejected>(result);
        Assert.Equal((DeliveryReason.InvalidAddress, RejectionScope.Message), (rejected.Reason, rejected.Scope));
        Assert.NotNull(peer.Notifier.CheckTarget(BadTarget));
        Assert.Null(peer.Notifier.CheckTarget(GoodTarget));
    }

    protected Message NewMessage(string id, string title = "Title", string body = "<p>Body</p>") =>
        new()
        {
            Id = id,
            Target = GoodTarget,
            Title = title,
            Body = body,
            Format = Format,
            ThreadKey = "flytesnacks/development/abc",
            CreatedAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        };
}
