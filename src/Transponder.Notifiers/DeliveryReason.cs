namespace Transponder.Notifiers;

/// <summary>Why an attempt ended as it did. The snake_case form of each name is the metric label and the API's <c>reason</c>.</summary>
public enum DeliveryReason
{
    /// <summary>Accepted.</summary>
    Ok,

    /// <summary>No connection could be made (name not found, refused, unreachable): the destination has answered nothing.</summary>
    ConnectFailed,

    /// <summary>Connected, then the connection broke before the answer was complete.</summary>
    ConnectionLost,

    /// <summary>No answer in time. The message may have arrived.</summary>
    Timeout,

    /// <summary>TLS could not be established, or is required and not offered.</summary>
    TlsFailed,

    /// <summary>The provider asked for fewer messages (HTTP 429, SMTP 421/450/452).</summary>
    Throttled,

    /// <summary>The provider failed (HTTP 5xx, SMTP 4xx).</summary>
    ServerError,

    /// <summary>The credentials were refused or are missing.</summary>
    AuthFailed,

    /// <summary>The destination does not exist or no longer wants messages (HTTP 404 of a channel, 410).</summary>
    DestinationGone,

    /// <summary>The provider refused this message (HTTP 400, 413, 422; SMTP 5xx after DATA).</summary>
    MessageRejected,

    /// <summary>The provider refused this recipient (SMTP 5xx at RCPT).</summary>
    RecipientRejected,

    /// <summary>The address is not one that this channel can reach.</summary>
    InvalidAddress,

    /// <summary>The destination's network address is outside what <c>outbound.allow</c> permits.</summary>
    BlockedAddress,

    /// <summary>The provider answered with a redirect, which is never followed.</summary>
    Redirected,

    /// <summary>The provider's answer made no sense in its protocol.</summary>
    ProtocolError,

    /// <summary>The message could not be rendered.</summary>
    RenderFailed,

    /// <summary>The process ended between the send and its record; whether the message arrived is unknown.</summary>
    Interrupted,

    /// <summary>Notifications are switched off (<c>notifications.type</c> absent or <c>local</c>).</summary>
    NotificationsOff,

    /// <summary>The configuration no longer has this channel.</summary>
    UnknownChannel,

    /// <summary>A bug of ours; the log has the details under the delivery's id.</summary>
    InternalError,

    /// <summary>A success on a channel that tracks incidents, while none was open.</summary>
    NoIncident,

    /// <summary>The channel is not open to the execution's project or domain.</summary>
    ChannelClosed,
}
