using System.Text;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>An open, authenticated dialogue with a mail server that carries one mail after another.</summary>
internal sealed class SmtpSession(SmtpConnection connection, SmtpCapabilities capabilities, EmailOptions options, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset openedAt = time.GetUtcNow();
    private DateTimeOffset usedAt = time.GetUtcNow();
    private int messages;
    private bool dirty;

    /// <summary>Whether the session has carried a mail before: then its connection may have died unnoticed.</summary>
    public bool IsKept => messages > 0;

    /// <summary>Whether the session may carry another mail.</summary>
    public bool IsUsable
    {
        get
        {
            var now = time.GetUtcNow();
            return messages < options.MaxMessagesPerConnection
                && now - openedAt < options.MaxConnectionAge
                && now - usedAt < options.IdleTimeout
                && !connection.LooksDead;
        }
    }

    /// <summary>Sends one mail; each recipient's result goes into the envelope. After an <see cref="SmtpFailure"/> the session is dead.</summary>
    public async Task SendAsync(SmtpEnvelope mail, CancellationToken cancellationToken)
    {
        if (Refusal(mail) is { } refusal)
        {
            mail.SettleRest(refusal);
            return;
        }

        var accepted = capabilities.Pipelining
            ? await OfferAtOnceAsync(mail, cancellationToken).ConfigureAwait(false)
            : await OfferStepByStepAsync(mail, cancellationToken).ConfigureAwait(false);
        if (accepted)
            await TransferAsync(mail, cancellationToken).ConfigureAwait(false);
        else if (dirty)
            await ResetAsync(cancellationToken).ConfigureAwait(false);
        messages++;
        usedAt = time.GetUtcNow();
    }

    /// <summary>Takes leave of the server, without insisting on an answer.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.WriteAsync("QUIT", "QUIT\r\n"u8.ToArray(), GoodbyeLimit, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SmtpFailure)
        {
            // The connection is gone, which is what QUIT asks for.
        }
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Drops the connection in the middle of whatever it was doing.</summary>
    public ValueTask AbortAsync() => connection.DisposeAsync();

    private DeliveryResult.Rejected? Refusal(SmtpEnvelope mail)
    {
        if (mail.NeedsUtf8 && !(capabilities.SmtpUtf8 && capabilities.EightBitMime))
            return new DeliveryResult.Rejected(
                mail.From.NeedsUtf8 ? DeliveryReason.MessageRejected : DeliveryReason.RecipientRejected,
                "the address needs SMTPUTF8, which the server does not offer",
                mail.From.NeedsUtf8 ? RejectionScope.Destination : RejectionScope.Message
            );
        return capabilities.MaxSize > 0 && mail.Content.Length > capabilities.MaxSize
            ? new DeliveryResult.Rejected(
                DeliveryReason.MessageRejected,
                $"the mail has {mail.Content.Length} bytes, the server takes at most {capabilities.MaxSize}"
            )
            : null;
    }

    private async Task<bool> OfferAtOnceAsync(SmtpEnvelope mail, CancellationToken cancellationToken)
    {
        var reset = dirty;
        var commands = new StringBuilder(reset ? "RSET\r\n" : "").Append(Mail(mail)).Append("\r\n");
        foreach (var recipient in mail.Recipients)
            commands.Append(Recipient(recipient)).Append("\r\n");
        commands.Append("DATA\r\n");
        dirty = true;
        await connection
            .WriteAsync("MAIL", Encoding.UTF8.GetBytes(commands.ToString()), options.CommandTimeout, cancellationToken)
            .ConfigureAwait(false);

        if (reset)
            CheckReset(await ReadAsync("RSET", cancellationToken).ConfigureAwait(false));
        var mailReply = await ReadAsync("MAIL", cancellationToken).ConfigureAwait(false);
        var begun = Begin(mail, mailReply);
        for (var i = 0; i < mail.Recipients.Count; i++)
        {
            var reply = await ReadAsync("RCPT", cancellationToken).ConfigureAwait(false);
            if (begun && !reply.IsPositive)
                mail.Settle(i, SmtpVerdict.Recipient(reply));
        }

        var data = await ReadAsync("DATA", cancellationToken).ConfigureAwait(false);
        if (data.Code != 354)
        {
            mail.SettleRest(Refused(data));
            return false;
        }
        if (!mail.AllSettled)
            return true;
        // The server opened the door although nobody is left to deliver to; an empty mail closes it.
        await connection.AskAsync("DATA", ".", options.DataTimeout, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> OfferStepByStepAsync(SmtpEnvelope mail, CancellationToken cancellationToken)
    {
        if (dirty)
            await ResetAsync(cancellationToken).ConfigureAwait(false);
        dirty = true;
        if (!Begin(mail, await AskAsync("MAIL", Mail(mail), cancellationToken).ConfigureAwait(false)))
            return false;
        for (var i = 0; i < mail.Recipients.Count; i++)
        {
            var reply = await AskAsync("RCPT", Recipient(mail.Recipients[i]), cancellationToken).ConfigureAwait(false);
            if (!reply.IsPositive)
                mail.Settle(i, SmtpVerdict.Recipient(reply));
        }
        if (mail.AllSettled)
            return false;
        var data = await AskAsync("DATA", "DATA", cancellationToken).ConfigureAwait(false);
        if (data.Code == 354)
            return true;
        mail.SettleRest(Refused(data));
        return false;
    }

    private async Task TransferAsync(SmtpEnvelope mail, CancellationToken cancellationToken)
    {
        const string Step = "end of data";
        await connection.WriteAsync(Step, SmtpData.Encode(mail.Content.Span), options.DataTimeout, cancellationToken).ConfigureAwait(false);
        var reply = await connection.ReadAsync(Step, options.DataTimeout, cancellationToken).ConfigureAwait(false);
        mail.SettleRest(SmtpVerdict.Data(Step, reply));
    }

    private async Task ResetAsync(CancellationToken cancellationToken)
    {
        CheckReset(await AskAsync("RSET", "RSET", cancellationToken).ConfigureAwait(false));
        dirty = false;
    }

    private static bool Begin(SmtpEnvelope mail, SmtpReply reply)
    {
        mail.Begun = true;
        if (reply.IsPositive)
            return true;
        mail.SettleRest(SmtpVerdict.Mail(reply));
        return false;
    }

    private static void CheckReset(SmtpReply reply)
    {
        if (!reply.IsPositive)
            throw new SmtpFailure(SmtpVerdict.Transient("RSET", reply));
    }

    private static DeliveryResult Refused(SmtpReply data) =>
        data.IsPositive
            ? new DeliveryResult.Retry(DeliveryReason.ProtocolError, SmtpVerdict.Detail("DATA", data))
            : SmtpVerdict.Data("DATA", data);

    private string Mail(SmtpEnvelope mail)
    {
        var command = new StringBuilder("MAIL FROM:<").Append(mail.From.Address).Append('>');
        if (capabilities.Size)
            command.Append(" SIZE=").Append(mail.Content.Length);
        if (mail.NeedsUtf8)
            command.Append(" BODY=8BITMIME SMTPUTF8");
        return command.ToString();
    }

    private static string Recipient(EmailAddress address) => $"RCPT TO:<{address.Address}>";

    private Task<SmtpReply> ReadAsync(string step, CancellationToken cancellationToken) =>
        connection.ReadAsync(step, options.CommandTimeout, cancellationToken);

    private Task<SmtpReply> AskAsync(string step, string command, CancellationToken cancellationToken) =>
        connection.AskAsync(step, command, options.CommandTimeout, cancellationToken);
}
