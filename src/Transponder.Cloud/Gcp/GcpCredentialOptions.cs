using Transponder.Cloud.Aws;

namespace Transponder.Cloud.Gcp;

/// <summary>Whose credentials are used at Google.</summary>
public sealed record GcpCredentialOptions
{
    /// <summary>A credentials file of any kind; null = where Google's own tools look (application default credentials).</summary>
    public string? File { get; init; }

    /// <summary>The scopes that are asked for.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["https://www.googleapis.com/auth/cloud-platform"];

    /// <summary>What is set in the process environment.</summary>
    public GcpEnvironment Environment { get; init; } = GcpEnvironment.Current;

    /// <summary>Where AWS's credentials are found, for a federation from there.</summary>
    public AwsEnvironment Aws { get; init; } = AwsEnvironment.Current;
}
