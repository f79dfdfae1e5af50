using Transponder.Notifiers.Mail;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>What a reply means for the messages behind it.</summary>
internal static class SmtpVerdict
{
    private const int MaxDetail = 480;

    /// <summary>A refusal before or at MAIL concerns everything that goes to this server, unless it is about the message's size.</summary>
    public static DeliveryResult Mail(SmtpReply reply) =>
        !reply.IsPermanent ? Transient("MAIL", reply)
        : IsAuth(reply) ? Destination(DeliveryReason.AuthFailed, "MAIL", reply)
        : reply.Code == 552 || reply.EnhancedClass == "5.3" && reply.Lines[0].StartsWith("5.3.4", StringComparison.Ordinal)
            ? new DeliveryResult.Rejected(DeliveryReason.MessageRejected, Detail("MAIL", reply))
        : Destination(DeliveryReason.DestinationGone, "MAIL", reply);

    /// <summary>A refusal at RCPT concerns the recipient. 552 there is an old server's way to say "too many" (RFC 5321, 4.5.3.1.10).</summary>
    public static DeliveryResult Recipient(SmtpReply reply) =>
        !reply.IsPermanent ? Transient("RCPT", reply)
        : reply.Code == 552 ? new DeliveryResult.Retry(DeliveryReason.Throttled, Detail("RCPT", reply))
        : IsAuth(reply) ? Destination(DeliveryReason.AuthFailed, "RCPT", reply)
        : new DeliveryResult.Rejected(DeliveryReason.RecipientRejected, Detail("RCPT", reply));

    /// <summary>The answer to DATA or to the whole message.</summary>
    public static DeliveryResult Data(string step, SmtpReply reply) =>
        reply.IsPositive ? new DeliveryResult.Delivered(QueueId(reply), Detail(step, reply))
        : !reply.IsPermanent ? Transient(step, reply)
        : IsAuth(reply) ? Destination(DeliveryReason.AuthFailed, step, reply)
        : new DeliveryResult.Rejected(DeliveryReason.MessageRejected, Detail(step, reply));

    /// <summary>The answer to an attempt to authenticate.</summary>
    public static DeliveryResult Auth(SmtpReply reply) =>
        reply.IsPermanent ? Destination(DeliveryReason.AuthFailed, "AUTH", reply) : Transient("AUTH", reply);

    /// <summary>A failure that may pass: greylisting and limits are the server asking for patience, the rest its own trouble.</summary>
    public static DeliveryResult Transient(string step, SmtpReply reply)
    {
        var reason =
            reply.Code is 421 or 450 or 452 || reply.IsTransient && reply.EnhancedClass == "4.7" ? DeliveryReason.Throttled
            : reply.IsTransient || reply.IsPermanent ? DeliveryReason.ServerError
            : DeliveryReason.ProtocolError;
        return new DeliveryResult.Retry(reason, Detail(step, reply));
    }

    public static string Detail(string step, SmtpReply reply) => HeaderText.OneLine($"{step}: {reply}", MaxDetail);

    private static DeliveryResult.Rejected Destination(DeliveryReason reason, string step, SmtpReply reply) =>
        new(reason, Detail(step, reply), RejectionScope.Destination);

    private static bool IsAuth(SmtpReply reply) => reply.Code is 530 or 534 or 535 or 538;

    private static string? QueueId(SmtpReply reply)
    {
        const string Mark = "queued as ";
        var text = reply.Lines[^1];
        var at = text.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : text[(at + Mark.Length)..].Split(' ', 2)[0];
    }
}
