namespace Transponder.Cloud.Gcp;

/// <summary>
/// Access tokens of one identity, found where Google's own tools look: a configured file, <c>GOOGLE_APPLICATION_CREDENTIALS</c>, gcloud's own file, the
/// metadata server. A token is kept and renewed before it ends; however many ask, one request is under way. Files are read anew at each renewal.
/// </summary>
public sealed class GcpTokenSource : IDisposable
{
    private static readonly TimeSpan RenewAhead = TimeSpan.FromSeconds(225);
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly GcpCredentialOptions options;
    private readonly TimeProvider time;
    private readonly GcpHttp http;
    private readonly CancellationTokenSource end = new();
    private readonly CancellationToken ended;
    private readonly Lock mutex = new();
    private GcpToken? current;
    private Task<GcpToken>? renewal;
    private DateTimeOffset nextRenewal;
    private int disposed;

    /// <summary>Makes one; nothing is read or asked yet.</summary>
    /// <param name="options">Whose tokens.</param>
    /// <param name="time">The time.</param>
    public GcpTokenSource(GcpCredentialOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, this.time, http, ended) = (options, time, new GcpHttp(time), end.Token);
    }

    /// <summary>A token that is good for some seconds at least. Throws <see cref="GcpCredentialException"/> when there is none.</summary>
    /// <param name="cancellationToken">Ends the wait; a request that others wait for goes on.</param>
    public ValueTask<GcpToken> GetAsync(CancellationToken cancellationToken = default)
    {
        Task<GcpToken> awaited;
        lock (mutex)
        {
            var now = time.GetUtcNow();
            var good = current is { } token && now < token.Expires - TooLate;
            if (good && (now < current!.Expires - RenewAhead || now < nextRenewal))
                return new(current);
            awaited = Renewal(now);
            if (good)
                return new(current!);
        }
        return new(awaited.WaitAsync(cancellationToken));
    }

    /// <summary>Forgets a token that a service did not accept.</summary>
    /// <param name="token">The token as it was handed out.</param>
    public void Forget(GcpToken token)
    {
        lock (mutex)
        {
            if (ReferenceEquals(current, token))
                current = null;
        }
    }

    /// <summary>Ends what is under way and closes the connections.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        end.Cancel();
        http.Dispose();
        end.Dispose();
    }

    private Task<GcpToken> Renewal(DateTimeOffset now)
    {
        if (renewal is { IsCompleted: false })
            return renewal;
        nextRenewal = now + Pause;
        renewal = Task.Run(RenewAsync);
        // Nobody may be waiting for it while the old token is still good.
        _ = renewal.ContinueWith(
            failed => _ = failed.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
        return renewal;
    }

    private async Task<GcpToken> RenewAsync()
    {
        var (grant, quota) = Find();
        var token = await grant.RequestAsync(options.Scopes, ended).ConfigureAwait(false);
        if ((options.Environment.QuotaProject ?? quota) is { } project)
            token = token with { QuotaProject = project };
        lock (mutex)
            current = token;
        return token;
    }

    private (IGcpGrant Grant, string? QuotaProject) Find()
    {
        var environment = options.Environment;
        if ((options.File ?? environment.CredentialsFile) is { } named)
            return GcpCredentialFile.Load(named, http, options.Aws, time);
        var own = environment.ToolsDirectory is { } folder ? Path.Combine(folder, "application_default_credentials.json") : null;
        if (own is not null && File.Exists(own))
            return GcpCredentialFile.Load(own, http, options.Aws, time);

        var elsewhere =
            $"no credentials file is configured or named by GOOGLE_APPLICATION_CREDENTIALS, gcloud's {own ?? "own file"} does not exist";
        return environment.NoMetadata
            ? throw new GcpCredentialException($"{elsewhere}, and NO_GCE_CHECK forbids to ask the metadata server")
            : (new MetadataGrant(environment.MetadataHost, elsewhere, http, time), null);
    }
}
