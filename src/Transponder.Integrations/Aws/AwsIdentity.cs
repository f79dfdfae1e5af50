using Transponder.Cloud.Aws;
using Transponder.Notifiers;

namespace Transponder.Integrations.Aws;

/// <summary>As whom AWS is called: a configured key or AWS's own chain, and the role that is assumed with it.</summary>
public sealed record AwsIdentity
{
    /// <summary>The access key's id; null = AWS's own chain of credentials.</summary>
    public SecretRef? AccessKey { get; init; }

    /// <summary>The access key.</summary>
    public SecretRef? SecretKey { get; init; }

    /// <summary>What a temporary access key needs besides.</summary>
    public SecretRef? SessionToken { get; init; }

    /// <summary>The ARN of a role to act as, assumed with the credentials above; null = none.</summary>
    public string? AssumeRole { get; init; }

    /// <summary>What the role's trust policy asks for as external id.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Where STS is reached for <see cref="AssumeRole"/>; null = where the environment says, or AWS in the region.</summary>
    public Uri? StsEndpoint { get; init; }

    /// <summary>The credentials, renewed while they are used.</summary>
    /// <param name="region">Where STS is asked.</param>
    /// <param name="time">The time.</param>
    internal AwsCredentialCache Open(string region, TimeProvider time)
    {
        IAwsCredentialSource source = AccessKey is null ? new AwsCredentialChain() : new AwsConfiguredKey(this);
        if (AssumeRole is { } role)
        {
            var sts = StsEndpoint is { } own
                ? new AwsSts(own, region, time)
                : AwsSts.Of(AwsEnvironment.Current with { Region = region }, time);
            source = new AwsAssumedRoleSource(source, new AwsRole(role, ExternalId: ExternalId), sts);
        }
        return new AwsCredentialCache(source, time);
    }
}
