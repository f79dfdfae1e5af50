using Transponder.Notifiers.Mail;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Sends messages as e-mail over SMTP. Connections are kept and shared by all senders.</summary>
public sealed class EmailNotifier : Notifier
{
    private const int MaxRecipientsPerMail = 50;

    private readonly EmailOptions options;
    private readonly EmailAddress sender;
    private readonly SmtpSender smtp;

    /// <summary>Makes a notifier; nothing is connected before the first message.</summary>
    /// <param name="options">The server and the sender; must pass <see cref="EmailOptions.Check"/>, but for the password.</param>
    /// <param name="time">The clock; null = the system's.</param>
    public EmailNotifier(EmailOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.CheckForm().Select(p => $"{p.Key}: {p.Problem}").ToList();
        if (problems.Count > 0 || !EmailAddress.TryParse(options.Sender, out var sender, out _))
            throw new ArgumentException(string.Join("; ", problems), nameof(options));
        this.options = options;
        this.sender = sender;
        smtp = new SmtpSender(options, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public override string Type => "email";

    /// <inheritdoc/>
    protected internal override bool ShowsParts => true;

    /// <inheritdoc/>
    public override TimeSpan Timeout => this.options.AttemptTimeout;

    /// <inheritdoc/>
    public override string? CheckTarget(string? target) => EmailAddress.Check(target);

    /// <summary>Makes one attempt to send one mail to several recipients, who see each other in To. One bad recipient does not cost the others.</summary>
    /// <param name="message">What to send; its <see cref="Message.Target"/> is ignored.</param>
    /// <param name="recipients">The addresses.</param>
    /// <param name="cancellationToken">Ends the attempt; whether the message arrived is then unknown.</param>
    /// <returns>One result per recipient, in the order given.</returns>
    public async Task<IReadOnlyList<RecipientResult>> SendToAllAsync(
        Message message,
        IReadOnlyList<string> recipients,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(recipients);
        var results = new RecipientResult[recipients.Count];
        List<(int Index, EmailAddress Address)> valid = [];
        for (var i = 0; i < recipients.Count; i++)
        {
            if (EmailAddress.TryParse(recipients[i], out var address, out var problem))
                valid.Add((i, address));
            else
                results[i] = new(recipients[i], new DeliveryResult.Rejected(DeliveryReason.InvalidAddress, problem));
        }

        // An address that needs SMTPUTF8 would put its demands on the whole mail, so those addresses get one of their own.
        var mails = valid.GroupBy(v => v.Address.NeedsUtf8).SelectMany(group => group.Chunk(MaxRecipientsPerMail));
        foreach (var mail in mails)
        {
            var outcome = await SendWithinAsync(message, [.. mail.Select(m => m.Address)], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < mail.Length; i++)
                results[mail[i].Index] = new(recipients[mail[i].Index], outcome[i]);
        }
        return results;
    }

    /// <inheritdoc/>
    public override async Task<DeliveryResult?> ProbeAsync(CancellationToken cancellationToken = default) =>
        await smtp.ProbeAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await smtp.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!EmailAddress.TryParse(message.Target, out var address, out var problem))
            return new DeliveryResult.Rejected(DeliveryReason.InvalidAddress, problem);
        return (await SendAsync(message, [address], cancellationToken).ConfigureAwait(false))[0];
    }

    private async Task<IReadOnlyList<DeliveryResult>> SendWithinAsync(
        Message message,
        EmailAddress[] recipients,
        CancellationToken cancellationToken
    )
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            return await SendAsync(message, recipients, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var late = new DeliveryResult.Retry(DeliveryReason.Timeout, $"no answer within {Timeout.TotalSeconds:0.###} s");
            return [.. recipients.Select(_ => late)];
        }
    }

    private Task<IReadOnlyList<DeliveryResult>> SendAsync(
        Message message,
        EmailAddress[] recipients,
        CancellationToken cancellationToken
    ) =>
        smtp.SendAsync(new SmtpEnvelope(this.sender, recipients, MimeMessage.Compose(message, this.sender, recipients)), cancellationToken);
}

/// <summary>What one attempt came to for one recipient.</summary>
/// <param name="Recipient">The address as given.</param>
/// <param name="Result">What became of the message for it.</param>
public sealed record RecipientResult(string Recipient, DeliveryResult Result);
