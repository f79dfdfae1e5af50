using Transponder.Cloud.Aws;

namespace Transponder.Integrations.Sinks.Sns;

/// <summary>Who publishes: the configured key or AWS's own chain, and the role that is assumed with it.</summary>
internal static class SnsCredentials
{
    public static AwsCredentialCache Of(SnsSinkOptions options, SnsTopic topic, TimeProvider time)
    {
        IAwsCredentialSource source = new SnsKeySource(options);
        return new AwsCredentialCache(source, time);
    }
}
