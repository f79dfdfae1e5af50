using System.Diagnostics.CodeAnalysis;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>Ends a dialogue with the result it came to; caught only by <see cref="SmtpSender"/>.</summary>
[SuppressMessage("Design", "CA1032", Justification = "A failure without a result has no meaning.")]
[SuppressMessage("Design", "CA1064", Justification = "Never leaves this folder.")]
internal sealed class SmtpFailure(DeliveryResult result) : Exception(result.Detail)
{
    public DeliveryResult Result { get; } = result;

    public static SmtpFailure Retry(DeliveryReason reason, string detail) => new(new DeliveryResult.Retry(reason, detail));

    public static SmtpFailure Destination(DeliveryReason reason, string detail) =>
        new(new DeliveryResult.Rejected(reason, detail, RejectionScope.Destination));
}
