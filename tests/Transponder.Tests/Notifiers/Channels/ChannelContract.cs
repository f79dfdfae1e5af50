using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>What every channel keeps to, whatever its provider. A channel's tests inherit it and say how to arrange the other side.</summary>
public abstract partial class ChannelContract
{
    private const string Hostile =
        "Boom\r\nX-Injected: yes\r\n\r\n<script>alert(1)</script>\0 {{ project }} \u2028 <!channel> \"; '--\r\n.\r\nQUIT\r\n \U0001F680 ünïcödé";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A target that the peer takes.</summary>
    protected abstract string? GoodTarget { get; }

    /// <summary>A target that the channel's syntax forbids.</summary>
    protected abstract string? BadTarget { get; }

    /// <summary>The secret that the peer's notifier is configured with; a peer that refuses or fails echoes it where its protocol lets it.</summary>
    protected abstract string Secret { get; }

    /// <summary>How much of a very long text arrives, where the provider takes only so much.</summary>
    protected virtual int KeptOfLongText => 100_000;

    /// <summary>How the messages' bodies are written.</summary>
    protected virtual BodyFormat Format => BodyFormat.Html;

    /// <summary>Starts the other side in a given state, with a notifier that points at it and has short time limits (about a second).</summary>
    protected abstract Task<ChannelPeer> StartPeerAsync(PeerBehaviour behaviour);

    [Fact]
    public async Task Send_PeerAccepts_IsDeliveredOnceWithItsText()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);
        var message = NewMessage("one", "Execution \"abc\" has succeeded", "All <b>well</b>.");

        var result = await peer.Notifier.SendAsync(message, Token);

        Assert.IsType<DeliveryResult.Delivered>(result);
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

        Assert.All(results, r => Assert.IsType<DeliveryResult.Delivered>(r));
        var received = await peer.ReceivedAsync();
        Assert.Equal(40, received.Count);
        Assert.Equal(40, received.Select(m => m.Id).Distinct().Count());
    }

    [Fact]
    public async Task Send_HostileText_StaysInert()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);

        var result = await peer.Notifier.SendAsync(NewMessage("hostile", Hostile, Hostile + new string('x', 100_000)), Token);

        Assert.IsType<DeliveryResult.Delivered>(result);
        var received = Assert.Single(await peer.ReceivedAsync());
        Assert.DoesNotContain("X-Injected", received.HeaderNames, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("{{ project }}", received.Title);
        Assert.Contains("{{ project }}", received.Body);
        Assert.Contains("\U0001F680 ünïcödé", received.Body);
        Assert.Contains(new string('x', KeptOfLongText), received.Body);
    }

    [Fact]
    public async Task Send_Cancelled_EndsInFlight()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Silent);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var sending = peer.Notifier.SendAsync(NewMessage("cancelled"), cancel.Token);
        await peer.ContactedAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Send_BadTarget_IsRejectedAsInvalidAddress()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.Accepts);

        var result = await peer.Notifier.SendAsync(NewMessage("bad") with { Target = BadTarget }, Token);

        var rejected = Assert.IsType<DeliveryResult.Rejected>(result);
        Assert.Equal((DeliveryReason.InvalidAddress, RejectionScope.Message), (rejected.Reason, rejected.Scope));
        Assert.NotNull(peer.Notifier.CheckTarget(BadTarget));
        Assert.Null(peer.Notifier.CheckTarget(GoodTarget));
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

        Assert.Equal(reason, Assert.IsType<DeliveryResult.Retry>(result).Reason);
        AssertFitForPeople(result);
    }

    [Fact]
    public async Task Send_CredentialsRefused_RejectsTheDestination()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.RefusesCredentials);

        var result = await peer.Notifier.SendAsync(NewMessage("refused"), Token);

        var rejected = Assert.IsType<DeliveryResult.Rejected>(result);
        Assert.Equal((DeliveryReason.AuthFailed, RejectionScope.Destination), (rejected.Reason, rejected.Scope));
        AssertFitForPeople(result);
    }

    [Fact]
    public async Task Send_AfterTrouble_SameNotifierDelivers()
    {
        await using var peer = await StartPeerAsync(PeerBehaviour.FailsForNow);
        Assert.IsType<DeliveryResult.Retry>(await peer.Notifier.SendAsync(NewMessage("later"), Token));

        peer.Behave(PeerBehaviour.Accepts);

        Assert.IsType<DeliveryResult.Delivered>(await peer.Notifier.SendAsync(NewMessage("later"), Token));
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

    private void AssertFitForPeople(DeliveryResult result)
    {
        Assert.DoesNotContain(Secret, result.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(result.Detail.Length, 1, 500);
        Assert.DoesNotContain(result.Detail, char.IsControl);
    }
}

/// <summary>How the other side of a channel behaves.</summary>
public enum PeerBehaviour
{
    /// <summary>Takes every message.</summary>
    Accepts,

    /// <summary>Nothing listens on its port.</summary>
    RefusesConnections,

    /// <summary>Takes the connection and never answers.</summary>
    Silent,

    /// <summary>Closes the connection instead of answering.</summary>
    HangsUp,

    /// <summary>Answers that it has failed for now (HTTP 500, SMTP 451).</summary>
    FailsForNow,

    /// <summary>Refuses the credentials (HTTP 401, SMTP 535).</summary>
    RefusesCredentials,

    /// <summary>Asks for fewer messages (HTTP 429, SMTP 450).</summary>
    AsksForPatience,
}

/// <summary>The other side of a channel, and a notifier that points at it.</summary>
public abstract class ChannelPeer : IAsyncDisposable
{
    public abstract Notifier Notifier { get; }

    /// <summary>Changes how the peer treats what comes from now on.</summary>
    public abstract void Behave(PeerBehaviour behaviour);

    /// <summary>Waits until the notifier has reached the peer (a connection or a request).</summary>
    public abstract Task ContactedAsync();

    /// <summary>The messages taken so far, in the order of arrival, decoded.</summary>
    public abstract Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync();

    /// <summary>The last message as it came over the wire, laid out for people: what its golden file holds.</summary>
    public virtual async Task<string> PayloadAsync()
    {
        var last = (await ReceivedAsync())[^1];
        return $"{last.Title}\n\n{last.Body}";
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Notifier.DisposeAsync();
    }
}

/// <summary>A message as the peer understood it.</summary>
/// <param name="Id">What identifies it to the peer: the Message-ID, the webhook-id.</param>
/// <param name="Title">The subject or headline, decoded.</param>
/// <param name="Body">The richest form of the text, decoded.</param>
/// <param name="HeaderNames">The names of its headers, if the protocol has such.</param>
public sealed record ReceivedMessage(string Id, string Title, string Body, IReadOnlyList<string> HeaderNames)
{
    /// <summary>All that people see of it, its marks read.</summary>
    public string Shown { get; init; } = $"{Title}\n{Body}";

    /// <summary>The URLs that a click leads to.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];
}
