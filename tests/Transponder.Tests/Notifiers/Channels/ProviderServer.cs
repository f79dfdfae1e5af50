using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels;

/// <summary>A provider that speaks HTTP, on a free port: it answers itself, unless it is told what to answer.</summary>
public abstract class ProviderServer : IAsyncDisposable
{
    private readonly WebhookReceiver _receiver;

    protected ProviderServer(WebhookReceiver receiver)
    {
        _receiver = receiver;
        receiver.Answer = request => Trouble?.Invoke(request) ?? Serve(request);
    }

    /// <summary>Answers in the provider's place; null, or an answer of null = the provider answers itself.</summary>
    public Func<ReceivedRequest, ReceiverAnswer?>? Trouble { get; set; }

    public IReadOnlyList<ReceivedRequest> Requests => _receiver.Received;

    protected string Root => $"http://127.0.0.1:{_receiver.Port}";

    public Task ContactedAsync() => _receiver.ReceivedAsync(1);

    /// <summary>Refuses connections from now on.</summary>
    public Task RefuseAsync() => _receiver.RefuseAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _receiver.DisposeAsync();
    }

    /// <summary>The provider's own answer.</summary>
    protected abstract ReceiverAnswer Serve(ReceivedRequest request);
}
