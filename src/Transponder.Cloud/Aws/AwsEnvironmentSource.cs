namespace Transponder.Cloud.Aws;

/// <summary>A key in environment variables.</summary>
/// <param name="environment">The environment.</param>
public sealed class AwsEnvironmentSource(AwsEnvironment environment) : IAwsCredentialSource
{
    /// <inheritdoc/>
    public Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken) =>
        Task.FromResult(
            environment is { AccessKey: { } id, SecretKey: { } key } ? new AwsCredentials(id, key, environment.SessionToken) : null
        );
}
