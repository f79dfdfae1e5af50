using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Notifiers;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Sinks;

/// <summary><c>type: kafka</c>. Flyte's keys, and the authority, compression and librdkafka's own settings, for which Flyte has none.</summary>
internal sealed class KafkaRegistration : ISinkRegistration
{
    public string Type => "kafka";

    public string Section => "kafka";

    public SinkOptions? Read(ConfigSection sink, OutboundPolicy outbound)
    {
        var section = sink.Section(Section);
        var publisher = sink.Section("eventsPublisher");
        var properties = section.Section("properties");
        var defaults = new KafkaSinkOptions { Brokers = [], Topic = "" };
        var options = new KafkaSinkOptions
        {
            Brokers = section.Texts("brokers"),
            Topic = publisher.Required("topicName", "the topic"),
            Mode = sink.Choice("mode", defaults.Mode, ("binary", KafkaMode.Binary), ("structured", KafkaMode.Structured)),
            Version = BrokerVersion(section),
            Sasl = Sasl(section.Section("saslConfig")),
            Tls = Tls(section.Section("tlsConfig")),
            Compression = section.Choice(
                "compression",
                defaults.Compression,
                ("none", KafkaCompression.None),
                ("gzip", KafkaCompression.Gzip),
                ("snappy", KafkaCompression.Snappy),
                ("lz4", KafkaCompression.Lz4),
                ("zstd", KafkaCompression.Zstd)
            ),
            Timeout = section.Duration("timeout", defaults.Timeout),
            Linger = section.Duration("linger", defaults.Linger),
            MaxMessageBytes = (int)Math.Min(int.MaxValue, ByteSize.Read(section, "maxMessageSize", defaults.MaxMessageBytes)),
            Properties = properties.Keys.ToDictionary(name => name, name => properties.Text(name, "")),
        };
        foreach (var (key, problem) in options.FindProblems())
            Report(sink, section, publisher, key, problem);
        if (KafkaLibrary.Problem is { } missing)
            section.Warn("brokers", $"{missing}; messages will wait until it is there and the server has started anew");
        return new KafkaSinkChoice(options);
    }

    private static Version? BrokerVersion(ConfigSection section)
    {
        if (section.Text("version") is not { Length: > 0 } text)
            return null;
        if (Version.TryParse(text, out var version))
            return version;
        section.Error("version", $"\"{text}\" is not a version such as 3.7.0");
        return null;
    }

    private static KafkaSaslOptions? Sasl(ConfigSection section)
    {
        section.Ignore("handshake");
        var isEnabled = section.Flag("enabled", false);
        var (password, path) = (section.TextOrSecret("password"), section.Text("passwordPath"));
        var mechanism = section.Text("mechanism");
        var options = new KafkaSaslOptions
        {
            User = section.Text("user", ""),
            Password = path is { Length: > 0 } ? SecretRef.FromFile(path) : password,
            Mechanism = mechanism is { Length: > 0 } ? mechanism.ToUpperInvariant() : new KafkaSaslOptions().Mechanism,
        };
        if (!isEnabled)
            return null;
        section.WarnIfUnreadable(path is { Length: > 0 } ? "passwordPath" : "password", options.Password);
        return options;
    }

    private static KafkaTlsOptions? Tls(ConfigSection section)
    {
        var isEnabled = section.Flag("enabled", false);
        var options = new KafkaTlsOptions
        {
            InsecureSkipVerify = section.Flag("insecureSkipVerify", false),
            CaPath = section.Text("caPath"),
            CertPath = section.Text("certPath"),
            KeyPath = section.Text("keyPath"),
            KeyPassword = section.Secret("keyPassword"),
        };
        if (!isEnabled)
            return null;
        section.WarnIfUnreadable("keyPassword", options.KeyPassword);
        foreach (var (key, path) in new[] { ("caPath", options.CaPath), ("certPath", options.CertPath), ("keyPath", options.KeyPath) })
        {
            if (path is { Length: > 0 } && !File.Exists(path))
                section.Warn(key, $"there is no file {path}; messages will wait until it is there");
        }

        return options;
    }

    private static void Report(ConfigSection sink, ConfigSection kafka, ConfigSection publisher, string key, string problem)
    {
        switch (key)
        {
            case "topic" when publisher.Has("topicName"):
                publisher.Error("topicName", problem);
                break;
            case "topic":
                break;
            case "mode":
                sink.Error(key, problem);
                break;
            default:
                var parts = key.Split('.');
                (parts.Length > 1 ? kafka.Section(parts[0]) : kafka).Error(parts[^1], problem);
                break;
        }
    }
}

/// <summary>A sink of the type <c>kafka</c>.</summary>
/// <param name="Kafka">The transport's own options.</param>
internal sealed record KafkaSinkChoice(KafkaSinkOptions Kafka) : SinkOptions
{
    internal override string Type => "kafka";

    internal override string Topic => Kafka.Topic;

    internal override string Target => $"{Kafka.Topic} at {string.Join(", ", Kafka.Brokers)}";

    internal override IReadOnlyList<SinkPeer> Peers => [.. Kafka.Brokers.Select(Peer)];

    internal override string? Missing => KafkaLibrary.Problem;

    internal override IEventSink CreateSink(SinkEnvironment environment) => new KafkaSink(Kafka, environment.Time);

    private static SinkPeer Peer(string broker)
    {
        var colon = broker.LastIndexOf(':');
        return colon > 0 && int.TryParse(broker.AsSpan(colon + 1), out var port)
            ? new SinkPeer(broker[..colon].Trim('[', ']'), port)
            : new SinkPeer(broker, 9092);
    }
}
