using System.Text.RegularExpressions;

namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>A topic's name and where it is published to.</summary>
internal sealed partial record PubSubTopic(string Name, Uri PublishUrl)
{
    private static readonly Uri Global = new("https://pubsub.googleapis.com");

    /// <summary>Whether credentials may go there.</summary>
    public bool IsEncrypted => PublishUrl.Scheme == Uri.UriSchemeHttps;

    /// <summary>Why nothing can be published there; null when nothing speaks against it.</summary>
    public string? Problem { get; private init; }

    /// <summary>The topic that options name. A name that Pub/Sub would refuse is found here: its refusal could not be told from a message's.</summary>
    public static PubSubTopic Of(PubSubSinkOptions options)
    {
        var name = NameOf(options);
        var host = options.Endpoint is null ? options.Credentials.Environment.PubSubEmulatorHost : null;
        var emulator = Emulator(host);
        return new PubSubTopic(name, new Uri(options.Endpoint ?? emulator ?? Global, $"v1/{name}:publish"))
        {
            Problem = host is not null && emulator is null ? "PUBSUB_EMULATOR_HOST is not a host and a port" : Check(name),
        };
    }

    /// <summary>The topic's whole name.</summary>
    public static string NameOf(PubSubSinkOptions options) =>
        options.Topic.Contains('/', StringComparison.Ordinal) ? options.Topic : $"projects/{options.ProjectId}/topics/{options.Topic}";

    /// <summary>What is wrong with a topic's whole name; null when nothing is.</summary>
    public static string? Check(string name) =>
        Whole().IsMatch(name)
            ? null
            : $"\"{name}\" is not a topic: projects/<project>/topics/<topic>, the topic of 3 to 255 letters, digits and -._~+%, beginning with a letter";

    private static Uri? Emulator(string? host) =>
        host is not null
        && Uri.TryCreate(host.Contains("://", StringComparison.Ordinal) ? host : $"http://{host}", UriKind.Absolute, out var uri)
            ? uri
            : null;

    [GeneratedRegex(@"^projects/[a-z0-9.:-]{3,100}/topics/(?!goog)[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z")]
    private static partial Regex Whole();
}
