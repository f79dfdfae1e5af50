namespace Transponder.Notifiers.Channels.Email;

/// <summary>How a connection to a mail server is protected.</summary>
public enum SmtpTls
{
    /// <summary>TLS from the first byte on port 465, else <see cref="Opportunistic"/>.</summary>
    Auto,

    /// <summary>STARTTLS when the server offers it; clear text otherwise, but never with credentials off loopback.</summary>
    Opportunistic,

    /// <summary>STARTTLS with a verified certificate, or no mail.</summary>
    Required,

    /// <summary>TLS from the first byte, with a verified certificate.</summary>
    Implicit,

    /// <summary>Clear text; refused together with credentials off loopback.</summary>
    None,
}
