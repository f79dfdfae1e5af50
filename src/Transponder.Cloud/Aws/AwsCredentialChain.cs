namespace Transponder.Cloud.Aws;

/// <summary>
/// The credentials that AWS's own tools would find here, looked for in their order: environment, web identity, shared files, container, instance.
/// The first place that is set up decides.
/// </summary>
public sealed class AwsCredentialChain : IAwsCredentialSource
{
    private static readonly AwsCredentialCache Process = new(new AwsCredentialChain(), TimeProvider.System);

    private readonly Func<AwsEnvironment> environment;
    private readonly TimeProvider time;

    /// <summary>Looks where this process's environment says, read anew at each use.</summary>
    public AwsCredentialChain()
        : this(() => AwsEnvironment.Current, TimeProvider.System) { }

    /// <summary>Looks where an environment says.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="time">The time.</param>
    public AwsCredentialChain(AwsEnvironment environment, TimeProvider time)
        : this(() => environment, time) { }

    private AwsCredentialChain(Func<AwsEnvironment> environment, TimeProvider time) => (this.environment, this.time) = (environment, time);

    /// <summary>This process's credentials of now, kept and renewed. Throws <see cref="AwsCredentialException"/> when there are none.</summary>
    /// <param name="cancellationToken">Ends the search.</param>
    public static Task<AwsCredentials> GetAsync(CancellationToken cancellationToken = default) => Process.GetAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<AwsCredentials?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var source in Sources(environment()))
        {
            if (await source.FindAsync(cancellationToken) is { } found)
                return found;
        }
        return null;
    }

    private IEnumerable<IAwsCredentialSource> Sources(AwsEnvironment here)
    {
        var sts = AwsSts.Of(here, time);
        var role = here.RoleArn is { } arn ? new AwsRole(arn, here.RoleSessionName ?? AwsRole.DefaultSession) : null;
        yield return new AwsEnvironmentSource(here);
        yield return new AwsWebIdentitySource(here.WebIdentityTokenFile, role, sts);
        yield return new AwsProfileSource(here, sts, time);
        yield return new AwsContainerSource(here, time);
        yield return new AwsInstanceSource(here, time);
    }
}
