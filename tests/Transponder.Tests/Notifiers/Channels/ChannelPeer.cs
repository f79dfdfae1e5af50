using Transponder.Notifiers;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels;

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

    /// <summary>How long a notifier waits for a peer that begins so: as long as it may, unless no answer will come.</summary>
    public static TimeSpan PatienceWith(PeerBehaviour behaviour) =>
        behaviour == PeerBehaviour.Silent ? TimeSpan.FromSeconds(1) : LoopbackHttp.Patience;

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
