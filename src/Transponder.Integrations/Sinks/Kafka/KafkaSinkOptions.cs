using Transponder.Notifiers;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>Events to one topic of a Kafka cluster: Flyte's <c>kafka</c> block, and what it lacks.</summary>
public sealed record KafkaSinkOptions
{
    /// <summary>Where the cluster is first reached, as <c>host:port</c>.</summary>
    public required IReadOnlyList<string> Brokers { get; init; }

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>In which form events are put into messages. Raw requests are the message's value in either.</summary>
    public KafkaMode Mode { get; init; } = KafkaMode.Binary;

    /// <summary>
    /// The brokers' version, as Flyte's <c>kafka.version</c>; null = they are asked. It is needed only below 0.10, which cannot be asked. Below 0.11
    /// messages have no headers, so that <see cref="Mode"/> must be structured, and the producer is not idempotent.
    /// </summary>
    public Version? Version { get; init; }

    /// <summary>How the broker is told who we are; null = it is not.</summary>
    public KafkaSaslOptions? Sasl { get; init; }

    /// <summary>The encrypted connection; null = it is plain.</summary>
    public KafkaTlsOptions? Tls { get; init; }

    /// <summary>How batches are compressed.</summary>
    public KafkaCompression Compression { get; init; } = KafkaCompression.None;

    /// <summary>How long an event is tried before it counts as failed, to be tried anew later.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the producer waits for more messages of a batch.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The largest message, in bytes; as the topic's <c>max.message.bytes</c>.</summary>
    public int MaxMessageBytes { get; init; } = 1_000_000;

    /// <summary>Settings of librdkafka by their own names, which go before those made from the other keys. Never printed, as they may hold secrets.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>What is wrong with them, each with the key as the configuration has it; empty when nothing is.</summary>
    public IReadOnlyList<(string Key, string Problem)> FindProblems() => KafkaSettings.FindProblems(this);
}

/// <summary>SASL: Flyte's <c>saslConfig</c>.</summary>
public sealed record KafkaSaslOptions
{
    /// <summary>PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.</summary>
    public string Mechanism { get; init; } = "PLAIN";

    /// <summary>The user.</summary>
    public string User { get; init; } = "";

    /// <summary>The password; with OAUTHBEARER the token, which is read anew before it expires.</summary>
    public SecretRef? Password { get; init; }
}

/// <summary>TLS: Flyte's <c>tlsConfig</c>, and the authority that it lacks.</summary>
public sealed record KafkaTlsOptions
{
    /// <summary>Takes any certificate of the broker, which anybody in between can make.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <summary>The file of the authorities that may have signed the broker's certificate, PEM; null = the system's.</summary>
    public string? CaPath { get; init; }

    /// <summary>The file of our certificate, PEM; null = none is shown.</summary>
    public string? CertPath { get; init; }

    /// <summary>The file of its key, PEM.</summary>
    public string? KeyPath { get; init; }

    /// <summary>The key's password; null = it has none.</summary>
    public SecretRef? KeyPassword { get; init; }
}

/// <summary>How an event is put into a message of Kafka, in CloudEvents' words.</summary>
public enum KafkaMode
{
    /// <summary>Attributes are headers <c>ce_…</c>, the value is the data.</summary>
    Binary,

    /// <summary>The value is the whole event as JSON.</summary>
    Structured,
}

/// <summary>The codecs of Kafka.</summary>
public enum KafkaCompression
{
    /// <summary>As it is.</summary>
    None,

    /// <summary>A good ratio, the most work.</summary>
    Gzip,

    /// <summary>Fast.</summary>
    Snappy,

    /// <summary>Fast.</summary>
    Lz4,

    /// <summary>Needs brokers of 2.1 or later.</summary>
    Zstd,
}
