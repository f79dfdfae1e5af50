using Transponder.Notifiers.Outbound;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>A provider in a given mood, and a notifier that points at it. How it refuses, and what it understood, is each provider's own.</summary>
public abstract class ProviderPeer(ProviderServer server, PeerBehaviour behaviour) : ChannelPeer
{
    /// <summary>How long the notifier waits for an answer.</summary>
    protected TimeSpan Patience => PatienceWith(behaviour);

    /// <summary>The notifier's way out.</summary>
    protected OutboundHttp Http { get; } = LoopbackHttp.Open();

    /// <summary>Begins to behave as it was told.</summary>
    public async Task<ChannelPeer> BeginAsync()
    {
        if (behaviour == PeerBehaviour.RefusesConnections)
            await server.RefuseAsync();
        else
            Behave(behaviour);
        return this;
    }

    public override void Behave(PeerBehaviour behaviour) =>
        server.Trouble = request =>
            behaviour switch
            {
                PeerBehaviour.Silent => ReceiverAnswer.Hang,
                PeerBehaviour.HangsUp => ReceiverAnswer.Drop,
                PeerBehaviour.FailsForNow => FailsForNow(request),
                PeerBehaviour.RefusesCredentials => RefusesCredentials(request),
                PeerBehaviour.AsksForPatience => AsksForPatience(request),
                _ => null,
            };

    public override Task ContactedAsync() => server.ContactedAsync();

    public override Task<IReadOnlyList<ReceivedMessage>> ReceivedAsync() =>
        Task.FromResult<IReadOnlyList<ReceivedMessage>>([.. Received()]);

    public override Task<string> PayloadAsync() => Task.FromResult(Golden.Json(server.Requests[^1].Json));

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        Http.Dispose();
        await server.DisposeAsync();
    }

    /// <summary>The names of the first request's headers.</summary>
    protected IReadOnlyList<string> HeaderNames => [.. server.Requests[0].Headers.Keys];

    protected abstract ReceiverAnswer FailsForNow(ReceivedRequest request);

    protected abstract ReceiverAnswer RefusesCredentials(ReceivedRequest request);

    protected abstract ReceiverAnswer AsksForPatience(ReceivedRequest request);

    /// <summary>The messages taken so far, decoded.</summary>
    protected abstract IEnumerable<ReceivedMessage> Received();
}
