using Transponder.Integrations.Sinks.Kafka;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Kafka;

public sealed class KafkaSettingsTests
{
    private static KafkaSinkOptions Plain { get; } = new() { Brokers = ["a:9092", "b:9092"], Topic = "t" };

    [Fact]
    public void Map_Defaults_IsIdempotentAndGapless()
    {
        var settings = Map(Plain);

        Assert.Equal("a:9092,b:9092", settings["bootstrap.servers"]);
        Assert.Equal("plaintext", settings["security.protocol"]);
        Assert.Equal("all", settings["acks"]);
        Assert.Equal("true", settings["enable.idempotence"]);
        Assert.Equal("true", settings["enable.gapless.guarantee"]);
        Assert.Equal("none", settings["compression.codec"]);
        Assert.DoesNotContain("api.version.request", settings.Keys);
    }

    [Theory]
    [InlineData("0.9.0.1", "false", false)]
    [InlineData("0.10.2.0", null, false)]
    [InlineData("0.11.0.0", null, true)]
    [InlineData("3.7.0", null, true)]
    public void Map_Version_DecidesWhatBrokersAreAsked(string version, string? asks, bool idempotent)
    {
        var settings = Map(Plain with { Version = Version.Parse(version), Mode = KafkaMode.Structured });

        Assert.Equal(asks, settings.GetValueOrDefault("api.version.request"));
        Assert.Equal(asks is null ? null : version, settings.GetValueOrDefault("broker.version.fallback"));
        Assert.Equal(idempotent, settings.ContainsKey("enable.idempotence"));
        Assert.Equal(idempotent ? null : "1", settings.GetValueOrDefault("max.in.flight.requests.per.connection"));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    public void Map_Sasl_HasUserAndPassword(string mechanism)
    {
        var sasl = new KafkaSaslOptions
        {
            Mechanism = mechanism,
            User = "scott",
            Password = SecretRef.FromValue("tiger"),
        };

        var settings = Map(Plain with { Sasl = sasl });
        var encrypted = Map(Plain with { Sasl = sasl, Tls = new KafkaTlsOptions() });

        Assert.Equal("sasl_plaintext", settings["security.protocol"]);
        Assert.Equal("sasl_ssl", encrypted["security.protocol"]);
        Assert.Equal((mechanism, "scott", "tiger"), (settings["sasl.mechanisms"], settings["sasl.username"], settings["sasl.password"]));
    }

    [Fact]
    public void Map_OAuthBearer_LeavesTheTokenToItsRefresh()
    {
        var settings = Map(
            Plain with
            {
                Sasl = new KafkaSaslOptions { Mechanism = "OAUTHBEARER", Password = SecretRef.FromValue("token") },
            }
        );

        Assert.Equal("OAUTHBEARER", settings["sasl.mechanisms"]);
        Assert.DoesNotContain("sasl.password", settings.Keys);
    }

    [Fact]
    public void Map_Tls_HasTheFiles()
    {
        var tls = new KafkaTlsOptions
        {
            CaPath = "ca",
            CertPath = "cert",
            KeyPath = "key",
            KeyPassword = SecretRef.FromValue("tiger"),
        };

        var settings = Map(Plain with { Tls = tls });
        var careless = Map(Plain with { Tls = new KafkaTlsOptions { InsecureSkipVerify = true } });

        Assert.Equal("ssl", settings["security.protocol"]);
        Assert.Equal(
            ("ca", "cert", "key"),
            (settings["ssl.ca.location"], settings["ssl.certificate.location"], settings["ssl.key.location"])
        );
        Assert.Equal("tiger", settings["ssl.key.password"]);
        Assert.Equal(
            ("true", "https"),
            (settings["enable.ssl.certificate.verification"], settings["ssl.endpoint.identification.algorithm"])
        );
        Assert.Equal(
            ("false", "none"),
            (careless["enable.ssl.certificate.verification"], careless["ssl.endpoint.identification.algorithm"])
        );
    }

    [Fact]
    public void Map_Properties_GoFirst() =>
        Assert.Equal("7", Map(Plain with { Properties = new Dictionary<string, string> { ["linger.ms"] = "7" } })["linger.ms"]);

    [Fact]
    public void Map_SecretThatIsMissing_SaysWhichAndWhere()
    {
        var sasl = new KafkaSaslOptions { User = "scott", Password = SecretRef.FromFile("/nowhere/password") };

        Assert.False(KafkaSettings.TryMap(Plain with { Sasl = sasl }, out _, out var problem));
        Assert.Equal("the SASL password: file /nowhere/password does not exist", problem);
    }

    [Fact]
    public void Problems_OfWrongOptions_NameTheirKeys()
    {
        var options = new KafkaSinkOptions
        {
            Brokers = [],
            Topic = "a topic",
            Version = new Version(0, 9, 0, 1),
            Sasl = new KafkaSaslOptions { Mechanism = "GSSAPI" },
            Tls = new KafkaTlsOptions { CertPath = "cert" },
        };

        Assert.Equal(
            ["brokers", "topic", "mode", "saslConfig.mechanism", "saslConfig.user", "saslConfig.password", "tlsConfig"],
            options.FindProblems().Select(problem => problem.Key)
        );
        Assert.Empty(Plain.FindProblems());
    }

    private static IReadOnlyDictionary<string, string> Map(KafkaSinkOptions options)
    {
        Assert.True(KafkaSettings.TryMap(options, out var settings, out var problem), problem);
        return settings;
    }
}
