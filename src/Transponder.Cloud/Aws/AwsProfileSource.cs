using Amazon.Runtime;

namespace Transponder.Cloud.Aws;

/// <summary>
/// A profile of the shared files: a key, a program that prints one, or a role that is assumed with a token, another profile, or the machine's own
/// identity.
/// </summary>
/// <param name="environment">Which profile, and where the files are.</param>
/// <param name="sts">Where roles are assumed.</param>
/// <param name="time">The time.</param>
public sealed class AwsProfileSource(AwsEnvironment environment, AwsSts sts, TimeProvider time) : IAwsCredentialSource
{
    private const int LongestChain = 5;

    /// <inheritdoc/>
    public Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken) =>
        FindAsync(environment.Profile ?? "default", 0, cancellationToken);

    private async Task<AwsCredentials?> FindAsync(string name, int depth, CancellationToken cancellationToken)
    {
        var settings = AwsProfileFile.Find(environment, name);
        if (settings is null)
            return environment.Profile is null && depth == 0
                ? null
                : throw new AwsCredentialException($"AWS's shared files have no profile {name}");
        if (depth == LongestChain)
            throw new AwsCredentialException($"profile {name} stands at the end of too many source profiles");

        string? Of(string key) => settings.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;
        var session = Of("role_session_name") ?? environment.RoleSessionName ?? AwsRole.DefaultSession;
        if (Of("role_arn") is { } arn && Of("source_profile") != name)
        {
            var role = new AwsRole(arn, session, Of("external_id"));
            if (Of("web_identity_token_file") is { } file)
                return await new AwsWebIdentitySource(file, role, sts).FindAsync(cancellationToken);
            var by = Of("source_profile") is { } source
                ? await FindAsync(source, depth + 1, cancellationToken)
                : await MachineAsync(Of("credential_source"), name, cancellationToken);
            return by is null
                ? throw new AwsCredentialException($"profile {name} names a role, and nothing that may assume it was found")
                : await sts.AssumeRoleAsync(role, by, cancellationToken);
        }
        if (Of("aws_access_key_id") is { } id && Of("aws_secret_access_key") is { } key)
            return new AwsCredentials(id, key, Of("aws_session_token"));
        if (Of("credential_process") is { } command)
            return await RunAsync(command, name, cancellationToken);
        if (environment.Profile is null && depth == 0)
            return null;
        throw new AwsCredentialException($"profile {name} has neither a key nor a role nor a credential process");
    }

    private Task<AwsCredentials?> MachineAsync(string? source, string name, CancellationToken cancellationToken) =>
        source switch
        {
            "Environment" => new AwsEnvironmentSource(environment).FindAsync(cancellationToken),
            "EcsContainer" => new AwsContainerSource(environment, time).FindAsync(cancellationToken),
            "Ec2InstanceMetadata" => new AwsInstanceSource(environment, time).FindAsync(cancellationToken),
            _ => throw new AwsCredentialException($"profile {name} names a role but neither source_profile nor credential_source for it"),
        };

    private static async Task<AwsCredentials?> RunAsync(string command, string name, CancellationToken cancellationToken)
    {
        try
        {
            var process = new ProcessAWSCredentials(command);
            var key = await process.GetCredentialsAsync().WaitAsync(cancellationToken);
            return new AwsCredentials(key.AccessKey, key.SecretKey, key.UseToken ? key.Token : null);
        }
        catch (Exception error) when (error is AmazonClientException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            throw new AwsCredentialException($"the credential process of profile {name} gave no credentials");
        }
    }
}
