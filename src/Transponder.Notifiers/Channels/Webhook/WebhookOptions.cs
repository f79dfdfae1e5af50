namespace Transponder.Notifiers.Channels.Webhook;

/// <summary>What an operator decides about one webhook.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where the requests go. A URL is often a secret itself, so it is held as one.</summary>
    public required SecretRef Url { get; init; }

    /// <summary>How the body is written.</summary>
    public WebhookFormat Format { get; init; } = WebhookFormat.Native;

    /// <summary>The secret that signs each request; null = unsigned.</summary>
    public SecretRef? SigningSecret { get; init; }

    /// <summary>Earlier secrets that sign too, while receivers move to the present one.</summary>
    public IReadOnlyList<SecretRef> PreviousSigningSecrets { get; init; } = [];

    /// <summary>Headers that every request carries, e.g. <c>Authorization</c>.</summary>
    public IReadOnlyDictionary<string, SecretRef> Headers { get; init; } = new Dictionary<string, SecretRef>();

    /// <summary>The longest that one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The CloudEvents <c>source</c>, a URI reference.</summary>
    public string Source { get; init; } = "/transponder";
}

/// <summary>How a webhook's body is written.</summary>
public enum WebhookFormat
{
    /// <summary>Our JSON.</summary>
    Native,

    /// <summary>The same JSON as the data of a CloudEvent 1.0 in HTTP binary mode.</summary>
    CloudEvents,
}
