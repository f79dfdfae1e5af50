using Transponder.Notifiers;

namespace Transponder.Integrations.Artifacts.S3;

/// <summary>Files in a bucket of S3, or of what speaks its protocol.</summary>
public sealed record S3Options
{
    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The bucket's region.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Where the service is reached; null = AWS.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Where clients reach it, for signed URLs; null = as the server does.</summary>
    public Uri? PublicEndpoint { get; init; }

    /// <summary>Whether the bucket is named in the path, not in the host.</summary>
    public bool PathStyle { get; init; }

    /// <summary>The access key's id; null = AWS's own chain of credentials.</summary>
    public SecretRef? AccessKey { get; init; }

    /// <summary>The access key.</summary>
    public SecretRef? SecretKey { get; init; }
}
