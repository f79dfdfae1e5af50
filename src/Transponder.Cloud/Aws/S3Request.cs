namespace Transponder.Cloud.Aws;

/// <summary>One request for an object that a signed URL permits.</summary>
public sealed record S3Request
{
    /// <summary>GET, PUT or HEAD.</summary>
    public required string Method { get; init; }

    /// <summary>Scheme, host and port of the bucket, or of the service when the path names the bucket.</summary>
    public required Uri Address { get; init; }

    /// <summary>The path, not escaped, starting with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>The bucket's region.</summary>
    public required string Region { get; init; }

    /// <summary>How long the URL holds; at most seven days.</summary>
    public required TimeSpan Life { get; init; }

    /// <summary>Headers that the request must carry with just these values.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
