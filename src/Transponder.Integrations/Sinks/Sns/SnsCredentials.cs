using Transponder.Cloud.Aws;
using Transponder.Integrations.Aws;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>Who publishes.</summary>
internal static class SnsCredentials
{
    public static AwsCredentialCache Of(SnsSinkOptions options, SnsTopic topic, TimeProvider time) =>
        new AwsIdentity
        {
            AccessKey = options.AccessKey,
            SecretKey = options.SecretKey,
            SessionToken = options.SessionToken,
            AssumeRole = options.AssumeRole,
            ExternalId = options.ExternalId,
            StsEndpoint = options.StsEndpoint,
        }.Open(options.Region ?? topic.Arn.Region, time);
}
