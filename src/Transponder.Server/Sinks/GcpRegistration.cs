using Transponder.Cloud.Gcp;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.PubSub;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Sinks;

/// <summary><c>type: gcp</c>: a topic of Pub/Sub.</summary>
internal sealed class GcpRegistration : ISinkRegistration
{
    public string Type => "gcp";

    public string Section => "gcp";

    public SinkOptions? Read(ConfigSection sink, OutboundPolicy outbound)
    {
        var section = sink.Section(Section);
        var topic = sink.Section("eventsPublisher").Required("topicName", "the id of the Pub/Sub topic");
        var credentials = section.Section("credentials");
        var defaults = new PubSubSinkOptions { ProjectId = "", Topic = "" };
        section.Ignore("region");
        var project = IsWholeName(topic)
            ? section.Text("projectId", topic.Split('/')[1])
            : section.Required("projectId", "the project of the topic");
        var options = new PubSubSinkOptions
        {
            ProjectId = project,
            Topic = topic,
            Mode = sink.Choice(
                "mode",
                defaults.Mode,
                ("protobuf", PubSubMode.Protobuf),
                ("binary", PubSubMode.Binary),
                ("structured", PubSubMode.Json)
            ),
            Ordering = section.Flag("ordering", defaults.Ordering),
            Endpoint = ServiceUrl.Read(section, "endpoint"),
            Credentials = new GcpCredentialOptions { File = credentials.Text("file") },
            Timeout = section.Duration("timeout", defaults.Timeout),
        };
        if (topic.Length > 0 && (project.Length > 0 || IsWholeName(topic)) && options.TopicProblem is { } wrong)
            sink.Section("eventsPublisher").Error("topicName", wrong);
        if (options.Credentials.File is { } file && !File.Exists(file))
            credentials.Warn("file", $"there is no file {file}; messages will wait until it is there");
        return new GcpSinkChoice(options);
    }

    internal static bool IsWholeName(string topic) => topic.Split('/') is ["projects", { Length: > 0 }, "topics", { Length: > 0 }];
}

/// <summary>A sink of the type <c>gcp</c>.</summary>
/// <param name="PubSub">The transport's own options.</param>
internal sealed record GcpSinkChoice(PubSubSinkOptions PubSub) : SinkOptions
{
    internal override string Type => "gcp";

    internal override string Topic => PubSub.Topic;

    internal override string Target =>
        GcpRegistration.IsWholeName(PubSub.Topic) ? PubSub.Topic : $"projects/{PubSub.ProjectId}/topics/{PubSub.Topic}";

    internal override IReadOnlyList<SinkPeer> Peers =>
        [PubSub.Endpoint is { } endpoint ? SinkPeer.Of(endpoint) : new SinkPeer("pubsub.googleapis.com", 443)];

    internal override IEventSink CreateSink(SinkEnvironment environment) => new PubSubSink(PubSub, environment.Time);
}
