using Transponder.Notifiers.Outbound;

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

    /// <summary>Whether recorded traces go on at the receiver: requests carry <c>traceparent</c>, and never baggage.</summary>
    public bool TraceContext { get; init; }

    /// <summary>Finds what is wrong with the settings without using them: each problem with the setting's key. Secrets that cannot be read are problems too.</summary>
    /// <param name="policy">Where requests may go.</param>
    public IEnumerable<(string Key, string Problem)> Check(OutboundPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!Url.TryResolve(out var url, out var unreadable))
            yield return ("url", unreadable);
        else if (policy.CheckUrl(url) is { } problem)
            yield return ("url", problem);

        if (SigningSecret is null && PreviousSigningSecrets.Count > 0)
            yield return ("previousSigningSecrets", "there is no signingSecret that they could precede");
        if (SigningSecret is { } present && CheckSecret(present) is { } wrong)
            yield return ("signingSecret", wrong);
        for (var i = 0; i < PreviousSigningSecrets.Count; i++)
        {
            if (CheckSecret(PreviousSigningSecrets[i]) is { } wrongToo)
                yield return ($"previousSigningSecrets[{i}]", wrongToo);
        }

        foreach (var (name, reference) in Headers)
        {
            if (WebhookHeaders.CheckName(name) is { } badName)
                yield return ($"headers.{name}", badName);
            else if (!reference.TryResolve(out var value, out var missing))
                yield return ($"headers.{name}", missing);
            else if (!WebhookHeaders.IsValue(value))
                yield return ($"headers.{name}", "the value is not plain ASCII in one line");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromSeconds(30))
            yield return ("timeout", "the timeout must be more than 0 and at most 30 seconds");
        if (!Uri.TryCreate(Source, UriKind.RelativeOrAbsolute, out _) || Source.Length == 0)
            yield return ("source", "the source is not a URI reference");
    }

    private static string? CheckSecret(SecretRef reference) =>
        reference.TryResolve(out var secret, out var problem) ? WebhookSignature.CheckSecret(secret) : problem;
}

/// <summary>How a webhook's body is written.</summary>
public enum WebhookFormat
{
    /// <summary>Our JSON.</summary>
    Native,

    /// <summary>The same JSON as the data of a CloudEvent 1.0 in HTTP binary mode.</summary>
    CloudEvents,
}
