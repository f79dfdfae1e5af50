using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>What one request came to.</summary>
/// <param name="Results">What became of each of its messages.</param>
internal sealed record SnsAnswer(IReadOnlyList<PublishResult> Results)
{
    /// <summary>Set when the failure is not of these messages but of the way to the topic, which would meet all others too.</summary>
    public PublishResult? Down { get; init; }

    /// <summary>True when one of the messages may be at fault, and each alone will show which.</summary>
    public bool TryAlone { get; init; }

    /// <summary>Nothing was taken.</summary>
    public static SnsAnswer Unsent(int count, string detail, TimeSpan? retryAfter = null)
    {
        var results = PublishResult.AllFailed(count, detail, retryAfter);
        return new SnsAnswer(results) { Down = results[0] };
    }
}
