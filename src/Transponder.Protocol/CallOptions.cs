namespace Transponder.Protocol;

/// <summary>What one call adds to its channel's options.</summary>
public sealed record CallOptions
{
    /// <summary>No deadline of its own, no metadata.</summary>
    public static CallOptions None { get; } = new();

    /// <summary>How long the call may take; null = the channel's default. The server is told, and gives up too.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Request headers, e.g. <c>authorization</c>; a name that ends in <c>-bin</c> carries base64.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];
}
