using System.Net.Http.Headers;

namespace Transponder.Notifiers.Outbound;

/// <summary>What came of one request: an answer, or the failure that stood in its place.</summary>
public sealed record HttpAnswer
{
    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>The beginning of the answer's body, at most 64 KB of it, for channels that must read it.</summary>
    public string Body { get; init; } = "";

    /// <summary>True when <see cref="Body"/> is not all that the other side said: it was too long, or the connection broke in the middle.</summary>
    public bool BodyCut { get; init; }

    /// <summary>How long the other side asked to be left alone, at most an hour.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The answer's headers; null when there was none.</summary>
    public HttpResponseHeaders? Headers { get; init; }

    /// <summary>Why there was no answer; null when there was one.</summary>
    public DeliveryResult? Failure { get; init; }

    /// <summary>What must not appear in any text made from this answer: the request's path and what it was given besides.</summary>
    internal Scrubber Scrubber { get; init; } = Scrubber.None;
}
