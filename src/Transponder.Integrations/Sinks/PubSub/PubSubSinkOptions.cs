using System.Security.Cryptography.X509Certificates;
using Transponder.Cloud.Gcp;

namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>One topic of Google Cloud Pub/Sub.</summary>
public sealed record PubSubSinkOptions
{
    /// <summary>The topic's project (<c>gcp.projectId</c>).</summary>
    public required string ProjectId { get; init; }

    /// <summary>The topic's id (<c>eventsPublisher.topicName</c>), or its whole name <c>projects/…/topics/…</c>, which then names the project.</summary>
    public required string Topic { get; init; }

    /// <summary>How CloudEvents are put into messages; raw events are always their request's bytes.</summary>
    public PubSubMode Mode { get; init; } = PubSubMode.Protobuf;

    /// <summary>Whether messages carry the execution as ordering key.</summary>
    public bool Ordering { get; init; } = true;

    /// <summary>
    /// Where Pub/Sub is reached (<c>gcp.endpoint</c>): a region's endpoint, a private one, an emulator. Null = the emulator of the environment, or Google's
    /// global endpoint. No credentials go over plain http.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Whose credentials are used (<c>gcp.credentials</c>).</summary>
    public GcpCredentialOptions Credentials { get; init; } = new();

    /// <summary>Certificate authorities that are trusted in place of the system's, for a private endpoint; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with the topic's name; null when nothing is.</summary>
    public string? TopicProblem => PubSubTopic.Check(PubSubTopic.NameOf(this));
}
