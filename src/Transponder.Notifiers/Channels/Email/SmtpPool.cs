namespace Transponder.Notifiers.Channels.Email;

/// <summary>Keeps open sessions for the next mail, never more than the pool's size, and closes those that grow old unused.</summary>
internal sealed class SmtpPool : IAsyncDisposable
{
    private readonly EmailOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _places;
    private readonly Stack<SmtpSession> _idle = new();
    private readonly Lock _lock = new();
    private readonly ITimer _sweep;
    private bool _closed;

    public SmtpPool(EmailOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _places = new SemaphoreSlim(options.PoolSize);
        _sweep = time.CreateTimer(_ => _ = SweepAsync(), null, options.IdleTimeout, options.IdleTimeout);
    }

    /// <summary>Waits for a place; every entry needs one <see cref="Leave"/>.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    public void Leave() => _places.Release();

    /// <summary>The session that was used last and is still good; null when there is none.</summary>
    public async Task<SmtpSession?> TakeIdleAsync()
    {
        while (true)
        {
            SmtpSession? session;
            lock (_lock)
                _idle.TryPop(out session);
            if (session is null || session.IsUsable)
                return session;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    public Task<SmtpSession> OpenAsync(CancellationToken cancellationToken) => SmtpHandshake.OpenAsync(_options, _time, cancellationToken);

    /// <summary>Gives back a session that is between two mails.</summary>
    public async Task KeepAsync(SmtpSession session)
    {
        if (session.IsUsable)
        {
            lock (_lock)
            {
                if (!_closed)
                {
                    _idle.Push(session);
                    return;
                }
            }
        }
        await session.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        SmtpSession[] idle;
        lock (_lock)
        {
            _closed = true;
            idle = [.. _idle];
            _idle.Clear();
        }
        await _sweep.DisposeAsync().ConfigureAwait(false);
        foreach (var session in idle)
            await session.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SweepAsync()
    {
        List<SmtpSession> good = [];
        List<SmtpSession> old = [];
        lock (_lock)
        {
            while (_idle.TryPop(out var session))
                (session.IsUsable ? good : old).Add(session);
            for (var i = good.Count - 1; i >= 0; i--)
                _idle.Push(good[i]);
        }
        foreach (var session in old)
            await session.DisposeAsync().ConfigureAwait(false);
    }
}
