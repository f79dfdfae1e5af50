using Transponder.Cloud.Aws;
using Transponder.Notifiers;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>The access key that the configuration names.</summary>
/// <param name="options">Where its parts are kept.</param>
internal sealed class SnsKeySource(SnsSinkOptions options) : IAwsCredentialSource
{
    /// <inheritdoc/>
    public Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken) =>
        Task.FromResult<AwsCredentials?>(
            new AwsCredentials(
                Read(options.AccessKey, "the access key's id"),
                Read(options.SecretKey, "the secret access key"),
                options.SessionToken is null ? null : Read(options.SessionToken, "the session token")
            )
        );

    private static string Read(SecretRef? secret, string what)
    {
        if (secret is null)
            throw new AwsCredentialException($"{what} is not configured");
        return secret.TryResolve(out var value, out var problem) ? value : throw new AwsCredentialException($"{what}: {problem}");
    }
}
