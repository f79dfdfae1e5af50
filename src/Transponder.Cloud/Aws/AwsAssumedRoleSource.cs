namespace Transponder.Cloud.Aws;

/// <summary>A role, assumed with the credentials of another source.</summary>
/// <param name="by">Who assumes it.</param>
/// <param name="role">Which role.</param>
/// <param name="sts">Where it is assumed.</param>
public sealed class AwsAssumedRoleSource(IAwsCredentialSource by, AwsRole role, AwsSts sts) : IAwsCredentialSource
{
    /// <inheritdoc/>
    public async Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken) =>
        await by.FindAsync(cancellationToken) is { } credentials ? await sts.AssumeRoleAsync(role, credentials, cancellationToken) : null;
}
