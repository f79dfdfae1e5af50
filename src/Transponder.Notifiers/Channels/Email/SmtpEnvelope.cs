namespace Transponder.Notifiers.Channels.Email;

/// <summary>One mail on its way to some recipients, and what has become of it for each of them so far.</summary>
internal sealed class SmtpEnvelope(EmailAddress from, IReadOnlyList<EmailAddress> recipients, ReadOnlyMemory<byte> content)
{
    private readonly DeliveryResult?[] results = new DeliveryResult?[recipients.Count];

    public EmailAddress From => from;

    public IReadOnlyList<EmailAddress> Recipients => recipients;

    public ReadOnlyMemory<byte> Content => content;

    public bool NeedsUtf8 { get; } = from.NeedsUtf8 || recipients.Any(r => r.NeedsUtf8);

    /// <summary>True once the server has taken MAIL: from then on it is alive, and a new connection would be a new attempt.</summary>
    public bool Begun { get; set; }

    /// <summary>One per recipient; complete after <see cref="SettleRest"/>.</summary>
    public IReadOnlyList<DeliveryResult> Results => results!;

    public bool AllSettled => Array.TrueForAll(results, r => r is not null);

    public void Settle(int recipient, DeliveryResult result) => results[recipient] = result;

    /// <summary>Gives the same result to every recipient that has none yet.</summary>
    public void SettleRest(DeliveryResult result)
    {
        for (var i = 0; i < results.Length; i++)
            results[i] ??= result;
    }
}
