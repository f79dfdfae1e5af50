namespace Transponder.Notifiers.Channels.Email;

/// <summary>Keeps open sessions for the next mail, never more than the pool's size, and closes those that grow old unused.</summary>
internal sealed class SmtpPool : IAsyncDisposable
{
    private readonly EmailOptions options;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim places;
    private readonly Stack<SmtpSession> idle = new();
    private readonly Lock gate = new();
    private readonly ITimer sweep;
    private bool closed;

    public SmtpPool(EmailOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        places = new SemaphoreSlim(options.PoolSize);
        sweep = time.CreateTimer(_ => _ = SweepAsync(), null, options.IdleTimeout, options.IdleTimeout);
    }

    /// <summary>Waits for a place; every entry needs one <see cref="Leave"/>.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => places.WaitAsync(cancellationToken);

    public void Leave() => places.Release();

    /// <summary>The session that was used last and is still good; null when there is none.</summary>
    public async Task<SmtpSession?> TakeIdleAsync()
    {
        while (true)
        {
            SmtpSession? session;
            lock (gate)
                this.idle.TryPop(out session);
            if (session is null || session.IsUsable)
                return session;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    public Task<SmtpSession> OpenAsync(CancellationToken cancellationToken) =>
        SmtpHandshake.OpenAsync(this.options, this.time, cancellationToken);

    /// <summary>Gives back a session that is between two mails.</summary>
    public async Task KeepAsync(SmtpSession session)
    {
        if (session.IsUsable)
        {
            lock (gate)
            {
                if (!closed)
                {
                    this.idle.Push(session);
                    return;
                }
            }
        }
        await session.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        SmtpSession[] idle;
        lock (gate)
        {
            closed = true;
            idle = [.. this.idle];
            this.idle.Clear();
        }
        await sweep.DisposeAsync().ConfigureAwait(false);
        foreach (var session in idle)
            await session.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SweepAsync()
    {
        List<SmtpSession> good = [];
        List<SmtpSession> old = [];
        lock (gate)
        {
            while (this.idle.TryPop(out var session))
                (session.IsUsable ? good : old).Add(session);
            for (var i = good.Count - 1; i >= 0; i--)
                this.idle.Push(good[i]);
        }
        foreach (var session in old)
            await session.DisposeAsync().ConfigureAwait(false);
    }
}
