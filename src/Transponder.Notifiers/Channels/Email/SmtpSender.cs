using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Makes one attempt over the pool. Every failure of the dialogue becomes a result here; only cancellation is thrown.</summary>
internal sealed class SmtpSender(EmailOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly SmtpPool pool = new(options, time);

    public async Task<IReadOnlyList<DeliveryResult>> SendAsync(SmtpEnvelope mail, CancellationToken cancellationToken)
    {
        using var span = ProviderTrace.Begin("SMTP", options.Host, options.Port);
        await pool.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var kept = await pool.TakeIdleAsync().ConfigureAwait(false);
            if (kept is null || !await TryKeptAsync(kept, mail, cancellationToken).ConfigureAwait(false))
            {
                var fresh = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
                await CarryAsync(fresh, mail, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SmtpFailure failure)
        {
            ProviderTrace.End(span, failure.Result);
            mail.SettleRest(failure.Result);
        }
        finally
        {
            pool.Leave();
        }
        return mail.Results;
    }

    /// <summary>Opens a session, with TLS and login as for a mail, and ends it.</summary>
    public async Task<DeliveryResult> ProbeAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.CommandTimeout);
        try
        {
            var session = await SmtpHandshake.OpenAsync(options, time, deadline.Token).ConfigureAwait(false);
            await session.DisposeAsync().ConfigureAwait(false);
            return new DeliveryResult.Delivered(null, $"{options.Host}:{options.Port} takes mail");
        }
        catch (SmtpFailure failure)
        {
            return failure.Result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult.Retry(DeliveryReason.Timeout, $"{options.Host}:{options.Port} does not answer");
        }
    }

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    /// <summary>A kept connection that proves dead before it took MAIL costs nothing: the mail goes over a new one within the same attempt.</summary>
    private async Task<bool> TryKeptAsync(SmtpSession kept, SmtpEnvelope mail, CancellationToken cancellationToken)
    {
        try
        {
            await CarryAsync(kept, mail, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SmtpFailure) when (!mail.Begun)
        {
            return false;
        }
    }

    private async Task CarryAsync(SmtpSession session, SmtpEnvelope mail, CancellationToken cancellationToken)
    {
        try
        {
            await session.SendAsync(mail, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await session.AbortAsync().ConfigureAwait(false);
            throw;
        }
        await pool.KeepAsync(session).ConfigureAwait(false);
    }
}
