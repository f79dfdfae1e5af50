namespace Transponder.Cloud.Aws;

/// <summary>A role, assumed with a token that Kubernetes renews in a file: IAM roles for service accounts.</summary>
/// <param name="tokenFile">The file; null when there is none.</param>
/// <param name="role">The role; null when none is named.</param>
/// <param name="sts">Where it is assumed.</param>
public sealed class AwsWebIdentitySource(string? tokenFile, AwsRole? role, AwsSts sts) : IAwsCredentialSource
{
    /// <inheritdoc/>
    public async Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken)
    {
        if (tokenFile is null)
            return null;
        if (role is null)
            throw new AwsCredentialException("there is a web identity token but AWS_ROLE_ARN names no role for it");
        return await sts.AssumeRoleWithWebIdentityAsync(
            role,
            await AwsTokenFile.ReadAsync(tokenFile, cancellationToken),
            cancellationToken
        );
    }
}
