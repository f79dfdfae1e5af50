using System.Globalization;

namespace Transponder.Integrations.Sinks.Kafka;

/// <summary>From our options to librdkafka's settings. Nothing is read but secrets.</summary>
public static class KafkaSettings
{
    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"];
    private static readonly Version Asks = new(0, 10);
    private static readonly Version Idempotent = new(0, 11);

    /// <summary>Whether brokers of this version tell repeated messages from new ones, and take headers.</summary>
    /// <param name="options">The sink's options.</param>
    public static bool IsIdempotent(KafkaSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Version is null || options.Version >= Idempotent;
    }

    /// <summary>What is wrong with the options, each with its key below <c>kafka</c>; empty when nothing is.</summary>
    /// <param name="options">The sink's options.</param>
    public static IReadOnlyList<(string Key, string Problem)> FindProblems(KafkaSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<(string, string)>();
        if (options.Brokers.Count == 0 || options.Brokers.Any(string.IsNullOrWhiteSpace))
            problems.Add(("brokers", "name at least one broker as host:port"));
        if (options.Topic.Length is 0 or > 249 || !options.Topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            problems.Add(("topic", "a topic's name has 1 to 249 letters, digits, points, underscores and dashes"));
        if (options.Mode is KafkaMode.Binary && !IsIdempotent(options))
            problems.Add(("mode", $"Kafka {options.Version} has no headers, which binary mode needs: set it to structured"));
        if (options.MaxMessageBytes < 1000)
            problems.Add(("maxMessageSize", "is 1000 at least"));
        if (options.Timeout < TimeSpan.FromSeconds(1))
            problems.Add(("timeout", "give a broker at least one second"));
        FindSaslProblems(options.Sasl, problems);
        if (options.Tls is { } tls && tls.CertPath is null != tls.KeyPath is null)
            problems.Add(("tlsConfig", "certPath and keyPath go together"));
        return problems;
    }

    /// <summary>librdkafka's settings; false when a secret cannot be read.</summary>
    /// <param name="options">The sink's options.</param>
    /// <param name="settings">Names and values. They hold secrets: not for people.</param>
    /// <param name="problem">Which secret, without it.</param>
    public static bool TryMap(KafkaSinkOptions options, out IReadOnlyDictionary<string, string> settings, out string problem)
    {
        ArgumentNullException.ThrowIfNull(options);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        settings = map;
        AddProducer(options, map);
        AddVersion(options, map);
        if (!TryAddSecurity(options, map, out problem))
            return false;
        foreach (var (name, value) in options.Properties)
            map[name] = value;
        return true;
    }

    private static void FindSaslProblems(KafkaSaslOptions? sasl, List<(string, string)> problems)
    {
        if (sasl is null)
            return;
        if (!Mechanisms.Contains(sasl.Mechanism))
            problems.Add(("saslConfig.mechanism", $"{sasl.Mechanism} is none of {string.Join(", ", Mechanisms)}"));
        if (sasl.Mechanism != "OAUTHBEARER" && sasl.User.Length == 0)
            problems.Add(("saslConfig.user", "is missing"));
        if (sasl.Password is null)
            problems.Add(("saslConfig.password", "is missing; passwordPath names a file that holds it"));
    }

    private static void AddProducer(KafkaSinkOptions options, Dictionary<string, string> map)
    {
        map["bootstrap.servers"] = string.Join(',', options.Brokers);
        map["client.id"] = "transponder";
        map["acks"] = "all";
        map["compression.codec"] = options.Compression.ToString().ToLowerInvariant();
        map["linger.ms"] = Milliseconds(options.Linger);
        map["message.max.bytes"] = options.MaxMessageBytes.ToString(CultureInfo.InvariantCulture);
        // The same key goes to the same partition as with Java's clients.
        map["partitioner"] = "murmur2_random";
        // Single messages never run out of time on their own: one that did would let those behind it overtake it. The producer as a whole does.
        map["message.timeout.ms"] = "0";
        map["queue.buffering.max.messages"] = "100000";
        map["queue.buffering.max.kbytes"] = "262144";
        map["socket.keepalive.enable"] = "true";
        map["reconnect.backoff.max.ms"] = "2000";
        map["topic.metadata.refresh.fast.interval.ms"] = "250";
    }

    private static void AddVersion(KafkaSinkOptions options, Dictionary<string, string> map)
    {
        if (IsIdempotent(options))
        {
            map["enable.idempotence"] = "true";
            // A batch that is refused for good stops the producer instead of letting those behind it overtake it.
            map["enable.gapless.guarantee"] = "true";
        }
        else
        {
            map["max.in.flight.requests.per.connection"] = "1";
        }
        if (options.Version is { } version && version < Asks)
        {
            map["api.version.request"] = "false";
            map["broker.version.fallback"] = version.ToString();
        }
    }

    private static bool TryAddSecurity(KafkaSinkOptions options, Dictionary<string, string> map, out string problem)
    {
        map["security.protocol"] = (options.Sasl, options.Tls) switch
        {
            (null, null) => "plaintext",
            (null, _) => "ssl",
            (_, null) => "sasl_plaintext",
            _ => "sasl_ssl",
        };
        problem = "";
        if (options.Tls is { } tls)
        {
            Add(map, "ssl.ca.location", tls.CaPath);
            Add(map, "ssl.certificate.location", tls.CertPath);
            Add(map, "ssl.key.location", tls.KeyPath);
            map["enable.ssl.certificate.verification"] = tls.InsecureSkipVerify ? "false" : "true";
            map["ssl.endpoint.identification.algorithm"] = tls.InsecureSkipVerify ? "none" : "https";
            if (tls.KeyPassword is { } secret)
            {
                if (!secret.TryResolve(out var password, out var missing))
                {
                    problem = $"the password of the certificate's key: {missing}";
                    return false;
                }
                map["ssl.key.password"] = password;
            }
        }
        if (options.Sasl is { } sasl)
        {
            map["sasl.mechanisms"] = sasl.Mechanism;
            if (sasl.Mechanism != "OAUTHBEARER")
            {
                map["sasl.username"] = sasl.User;
                string? missing = "is missing";
                if (sasl.Password is null || !sasl.Password.TryResolve(out var password, out missing))
                {
                    problem = $"the SASL password: {missing}";
                    return false;
                }
                map["sasl.password"] = password;
            }
        }
        return true;
    }

    private static void Add(Dictionary<string, string> map, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            map[name] = value;
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
