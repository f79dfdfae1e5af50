using Transponder.Cloud.Aws;
using Transponder.Notifiers;

namespace Transponder.Integrations.Aws;

/// <summary>The access key that the configuration names.</summary>
/// <param name="identity">Where its parts are kept.</param>
internal sealed class AwsConfiguredKey(AwsIdentity identity) : IAwsCredentialSource
{
    /// <inheritdoc/>
    public Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken) =>
        Task.FromResult<AwsCredentials?>(
            new AwsCredentials(
                Read(identity.AccessKey, "the access key's id"),
                Read(identity.SecretKey, "the secret access key"),
                identity.SessionToken is null ? null : Read(identity.SessionToken, "the session token")
            )
        );

    private static string Read(SecretRef? secret, string what)
    {
        if (secret is null)
            throw new AwsCredentialException($"{what} is not configured");
        return secret.TryResolve(out var value, out var problem) ? value : throw new AwsCredentialException($"{what}: {problem}");
    }
}
