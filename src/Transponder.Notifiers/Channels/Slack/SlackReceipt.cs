namespace Transponder.Notifiers.Channels.Slack;

/// <summary>Where a message stands: the id of its channel and its timestamp, which is its id there. Written <c>C123/1699999999.000100</c>.</summary>
internal readonly record struct SlackReceipt(string Channel, string Timestamp)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null when it is no such thing.</summary>
    public static SlackReceipt? Parse(string? text)
    {
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return slash > 0 && slash < text!.Length - 1 ? new SlackReceipt(text[..slash], text[(slash + 1)..]) : null;
    }

    public override string ToString() => $"{Channel}/{Timestamp}";
}
