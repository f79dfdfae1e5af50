using Transponder.Cloud.Aws;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>Who publishes: the configured key or AWS's own chain, and the role that is assumed with it.</summary>
internal static class SnsCredentials
{
    public static AwsCredentialCache Of(SnsSinkOptions options, SnsTopic topic, TimeProvider time)
    {
        IAwsCredentialSource source = options.AccessKey is null ? new AwsCredentialChain() : new SnsKeySource(options);
        if (options.AssumeRole is { } role)
            source = new AwsAssumedRoleSource(source, new AwsRole(role, ExternalId: options.ExternalId), Sts(options, topic, time));
        return new AwsCredentialCache(source, time);
    }

    private static AwsSts Sts(SnsSinkOptions options, SnsTopic topic, TimeProvider time)
    {
        var region = options.Region ?? topic.Arn.Region;
        return options.StsEndpoint is { } own
            ? new AwsSts(own, region, time)
            : AwsSts.Of(AwsEnvironment.Current with { Region = region }, time);
    }
}
