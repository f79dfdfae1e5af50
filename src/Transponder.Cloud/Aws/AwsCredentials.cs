namespace Transponder.Cloud.Aws;

/// <summary>An access key, valid for one signature at least.</summary>
/// <param name="AccessKey">The key's id, which signatures show.</param>
/// <param name="SecretKey">The key itself, which they do not.</param>
/// <param name="SessionToken">What a temporary key needs besides; null for a permanent one.</param>
public sealed record AwsCredentials(string AccessKey, string SecretKey, string? SessionToken = null)
{
    /// <summary>When it ends; null for a permanent one.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The key's id alone.</summary>
    public override string ToString() => AccessKey;
}
