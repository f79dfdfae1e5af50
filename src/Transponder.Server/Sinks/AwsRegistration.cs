using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Sns;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Sinks;

/// <summary><c>type: aws</c>: a topic of SNS.</summary>
internal sealed class AwsRegistration : ISinkRegistration
{
    public string Type => "aws";

    public string Section => "aws";

    public SinkOptions? Read(ConfigSection sink, OutboundPolicy outbound)
    {
        var section = sink.Section(Section);
        var publisher = sink.Section("eventsPublisher");
        var topic = publisher.Required("topicName", "the ARN of the SNS topic");
        var defaults = new SnsSinkOptions { TopicArn = "" };
        var options = new SnsSinkOptions
        {
            TopicArn = topic,
            Region = section.Text("region") is { Length: > 0 } region ? region : null,
            Endpoint = ServiceUrl.Read(section, "endpoint"),
            StsEndpoint = ServiceUrl.Read(section, "stsEndpoint"),
            AccessKey = section.Secret("accessKey"),
            SecretKey = section.Secret("secretKey"),
            SessionToken = section.Secret("sessionToken"),
            AssumeRole = section.Text("assumeRole"),
            ExternalId = section.Text("externalId"),
            Mode = sink.Choice("mode", defaults.Mode, ("protobuf", SnsMessageMode.Protobuf), ("structured", SnsMessageMode.Json)),
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        if (topic.Length > 0 && SnsTopic.Check(topic) is { } wrong)
            publisher.Error("topicName", $"\"{topic}\" is not a topic's ARN: {wrong}");
        if ((options.AccessKey is null) != (options.SecretKey is null))
            section.Error(options.AccessKey is null ? "accessKey" : "secretKey", "is missing: an access key has an id and a secret");
        section.WarnIfUnreadable("accessKey", options.AccessKey);
        section.WarnIfUnreadable("secretKey", options.SecretKey);
        section.WarnIfUnreadable("sessionToken", options.SessionToken);
        return new AwsSinkChoice(options);
    }

    /// <summary>The region of a topic's ARN; null when it is none.</summary>
    internal static string? RegionOf(string arn) =>
        arn.Split(':') is ["arn", _, "sns", { Length: > 0 } region, { Length: > 0 }, { Length: > 0 }] ? region : null;
}

/// <summary>A sink of the type <c>aws</c>.</summary>
/// <param name="Sns">The transport's own options.</param>
internal sealed record AwsSinkChoice(SnsSinkOptions Sns) : SinkOptions
{
    internal override string Type => "aws";

    internal override string Topic => Sns.TopicArn;

    internal override string Target => Sns.TopicArn;

    internal override IReadOnlyList<SinkPeer> Peers =>
        [
            Sns.Endpoint is { } endpoint
                ? SinkPeer.Of(endpoint)
                : new SinkPeer($"sns.{Sns.Region ?? AwsRegistration.RegionOf(Sns.TopicArn)}.amazonaws.com", 443),
        ];

    internal override IEventSink CreateSink(SinkEnvironment environment) => new SnsSink(Sns, environment.Time);
}
