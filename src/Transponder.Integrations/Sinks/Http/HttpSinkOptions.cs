using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.Notifiers.Outbound;

namespace Transponder.Integrations.Sinks.Http;

/// <summary>CloudEvents, or raw requests, posted to one URL.</summary>
public sealed record HttpSinkOptions
{
    // A sink may take longer than a webhook to people.
    private static readonly TimeSpan SomeTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Where the requests go. A URL is often a secret itself, so it is held as one.</summary>
    public required SecretRef Url { get; init; }

    /// <summary>The form of a request.</summary>
    public HttpSinkMode Mode { get; init; } = HttpSinkMode.Binary;

    /// <summary>The most events of one request in batch mode.</summary>
    public int BatchRecords { get; init; } = 100;

    /// <summary>About how many bytes one request has at most in batch mode, unless it is a single event.</summary>
    public int BatchBytes { get; init; } = 256 * 1024;

    /// <summary>The most requests under way at once.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>The longest that one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether bodies are compressed.</summary>
    public bool Gzip { get; init; }

    /// <summary>The token of <c>Authorization: Bearer</c>.</summary>
    public SecretRef? BearerToken { get; init; }

    /// <summary>The user of <c>Authorization: Basic</c>.</summary>
    public string? User { get; init; }

    /// <summary>The password of <c>Authorization: Basic</c>.</summary>
    public SecretRef? Password { get; init; }

    /// <summary>Further headers that every request carries.</summary>
    public IReadOnlyDictionary<string, SecretRef> Headers { get; init; } = new Dictionary<string, SecretRef>();

    /// <summary>The secret that signs each request as Standard Webhooks describe it; null = unsigned.</summary>
    public SecretRef? SigningSecret { get; init; }

    /// <summary>Earlier secrets that sign too, while receivers move to the present one.</summary>
    public IReadOnlyList<SecretRef> PreviousSigningSecrets { get; init; } = [];

    /// <summary>Whether the receiver is asked for its consent first, by OPTIONS as CloudEvents' Web Hooks describe it.</summary>
    public bool Handshake { get; init; }

    /// <summary>Who asks: the DNS name in <c>WebHook-Request-Origin</c>.</summary>
    public string Origin { get; init; } = "transponder";

    /// <summary>How many requests a minute are asked for in the handshake; null = as many as the receiver likes.</summary>
    public int? Rate { get; init; }

    /// <summary>What is wrong with the URL, the headers and the signing, each with its key; secrets that cannot be read too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy) => (Webhook with { Timeout = SomeTimeout }).Check(policy);

    /// <summary>What the sink has in common with a webhook to people: the URL, signing, and headers.</summary>
    internal WebhookOptions Webhook =>
        new()
        {
            Url = Url,
            SigningSecret = SigningSecret,
            PreviousSigningSecrets = PreviousSigningSecrets,
            Headers = Headers,
            Timeout = Timeout,
        };
}

/// <summary>The form of a request.</summary>
public enum HttpSinkMode
{
    /// <summary>One event each: the data as the body, the attributes as <c>ce-</c> headers.</summary>
    Binary,

    /// <summary>One event each, as <c>application/cloudevents+json</c>.</summary>
    Structured,

    /// <summary>Several events each, as <c>application/cloudevents-batch+json</c>.</summary>
    Batch,
}
