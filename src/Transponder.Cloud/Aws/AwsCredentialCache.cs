namespace Transponder.Cloud.Aws;

/// <summary>
/// Keeps what a source gives: renewed some minutes before it ends while the old is still in use, and asked for once however many wait. What does not
/// end is read again each minute, so that a rotated key takes effect by itself.
/// </summary>
/// <param name="source">Where credentials come from.</param>
/// <param name="time">The time.</param>
public sealed class AwsCredentialCache(IAwsCredentialSource source, TimeProvider time)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Unlimited = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private AwsCredentials? current;
    private DateTimeOffset renewAt;
    private Task<AwsCredentials>? renewal;

    /// <summary>Credentials that hold for some seconds at least. Throws <see cref="AwsCredentialException"/> when there are none.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<AwsCredentials> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var usable = current is { } known && (known.Expires is not { } end || end - now > Margin) ? known : null;
            if (usable is not null && (now < renewAt || renewal is not null))
                return Task.FromResult(usable);
            renewal ??= Task.Run(RenewAsync, CancellationToken.None);
            return usable is { Expires: not null } ? Task.FromResult(usable) : renewal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Gives credentials up that the service refused; the next call looks for others.</summary>
    /// <param name="refused">The credentials that were refused.</param>
    public void Forget(AwsCredentials refused)
    {
        lock (gate)
        {
            if (current == refused)
                current = null;
        }
    }

    private async Task<AwsCredentials> RenewAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            var found =
                await source.FindAsync(patience.Token)
                ?? throw new AwsCredentialException("no AWS credentials were found where AWS's tools look for them");
            Keep(found);
            return found;
        }
        catch (Exception error)
        {
            lock (gate)
            {
                renewal = null;
                renewAt = time.GetUtcNow() + Pause;
            }
            if (error is OperationCanceledException)
                throw new AwsCredentialException("AWS credentials did not come in time", error);
            throw;
        }
    }

    private void Keep(AwsCredentials found)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            (current, renewal) = (found, null);
            renewAt = found.Expires is { } end
                ? now + TimeSpan.FromTicks(Math.Max((end - now - Ahead).Ticks, (end - now).Ticks / 2))
                : now + Unlimited;
        }
    }
}
