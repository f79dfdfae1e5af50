using Transponder.Core.Egress.Formats;
using Transponder.Core.Events;
using Transponder.Integrations.Sinks.Kafka;
using Transponder.Server.Configuration;
using Transponder.Server.Sinks;
using Xunit;

namespace Transponder.Tests.Server.Configuration.Sections;

public sealed class SinksSectionTests
{
    private const string Aws = """
        cloudEvents:
          enable: true
          aws:
            region: us-east-2
          eventsPublisher:
            eventTypes:
            - all # or node, task, workflow
            topicName: arn:aws:sns:us-east-2:123456:123-my-topic
          type: aws
        """;

    private const string Gcp = """
        cloudEvents:
          enable: true
          gcp:
            projectId: my-project-id
          eventsPublisher:
            eventTypes:
            - all # or node, task, workflow
            topicName: my-topic
          type: gcp
        """;

    private const string Kafka = """
        cloudEvents:
          enable: true
          kafka:
            brokers: 127.0.0.1:9092
          eventsPublisher:
            eventTypes:
            - all
            topicName: myTopic
          type: kafka
        """;

    [Theory]
    [InlineData(Aws, "aws", "arn:aws:sns:us-east-2:123456:123-my-topic")]
    [InlineData(Gcp, "gcp", "projects/my-project-id/topics/my-topic")]
    [InlineData(Kafka, "kafka", "myTopic at 127.0.0.1:9092")]
    public void FlytesExamples_InEverySpelling_AreRead(string yaml, string type, string target)
    {
        var wrapped = "cloud_events.yaml: |\n" + string.Join('\n', yaml.Split('\n').Select(line => "  " + line));
        foreach (var spelling in new[] { yaml, wrapped, yaml.Replace("cloudEvents:", "cloud_events:", StringComparison.Ordinal) })
        {
            var sink = Assert.Single(Read(spelling));

            Assert.Equal(("cloudEvents", type, target), (sink.Name, sink.Type, sink.Target));
            Assert.Equal([EventKind.Workflow, EventKind.Node, EventKind.Task], sink.Filter.Kinds.Order());
            Assert.Equal(new EventFormatOptions(), sink.Format);
            Assert.False(sink.FromStart);
        }
    }

    [Fact]
    public void HelmsExample_OfKafka_IsRead()
    {
        var sink = Assert.Single(
            Read(
                """
                cloud_events:
                  enable: true
                  type: Kafka
                  aws: { region: us-east-2 }
                  gcp: { region: us-east1 }
                  kafka:
                    version: 3.7.0
                    brokers: [ mybroker:443 ]
                    saslConfig: { enabled: true, handshake: true, user: kafka, mechanism: PLAIN, password: pass }
                    tlsConfig: { enabled: true, insecureSkipVerify: true }
                  eventsPublisher: { eventTypes: [ all ], topicName: myTopic }
                """
            )
        );

        var kafka = Assert.IsType<KafkaSinkChoice>(sink).Kafka;
        Assert.Equal(("kafka", "PLAIN", true), (kafka.Sasl!.User, kafka.Sasl.Mechanism, kafka.Tls!.InsecureSkipVerify));
        Assert.Equal(new Version(3, 7, 0), kafka.Version);
        Assert.DoesNotContain("pass", kafka.ToString().Replace("passwordPath", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void ExternalEvents_AreRaw_UnlessToldOtherwise()
    {
        const string yaml =
            "externalEvents: { enable: true, type: gcp, gcp: { projectId: p-1 }, eventsPublisher: { topicName: raw, eventTypes: node } }";

        Assert.Equal(EventForm.Raw, Assert.Single(Read(yaml)).Format.Form);
        Assert.Equal([EventKind.Node], Assert.Single(Read(yaml)).Filter.Kinds);
        Assert.Equal(
            EventForm.CloudEvents,
            Assert.Single(Read(yaml.Replace("type: gcp", "type: gcp, format: cloudevents", StringComparison.Ordinal))).Format.Form
        );
    }

    [Fact]
    public void Sinks_OfSeveralTypes_AreReadByName()
    {
        var sinks = Read(
            """
            outbound: { allow: [ 127.0.0.0/8 ] }
            sinks:
              lineage:
                type: kafka
                kafka: { brokers: [ a:9092, b:9092 ], compression: zstd }
                eventsPublisher: { topicName: lineage, eventTypes: [ workflow, task ] }
                cloudEventVersion: v2
                fromStart: true
                filter: { projects: [ ml ], domains: production, phases: [ succeeded ], labels: { team: risk } }
              audit: { type: http, mode: batch, http: { url: 'http://127.0.0.1:1/x' }, eventsPublisher: { eventTypes: '*' } }
              local: { type: file, file: { path: events.jsonl }, format: raw, eventsPublisher: { eventTypes: all } }
              off: { enable: false, type: kafka }
            """
        );

        Assert.Equal(["lineage", "audit", "local"], sinks.Select(sink => sink.Name));
        var lineage = Assert.IsType<KafkaSinkChoice>(sinks[0]);
        Assert.Equal(
            (KafkaCompression.Zstd, CloudEventSet.V2, true),
            (lineage.Kafka.Compression, lineage.Format.Version, lineage.FromStart)
        );
        Assert.Equal(["ml"], lineage.Filter.Projects);
        Assert.Equal(["production"], lineage.Filter.Domains);
        Assert.Equal(["SUCCEEDED"], lineage.Filter.Phases);
        Assert.Equal([KeyValuePair.Create("team", "risk")], lineage.Filter.Labels!);
        Assert.Equal([new SinkPeer("a", 9092), new SinkPeer("b", 9092)], lineage.Peers);
    }

    [Theory]
    [InlineData("cloudEvents: { enable: true, type: redis }", "1: cloudEvents.type: \"redis\" is not a type of sink")]
    [InlineData("sinks: { a: { eventsPublisher: {} } }", "1: sinks.a.type: is missing")]
    [InlineData("sinks: { Big: { type: file } }", "1: sinks.Big: \"Big\" is not a sink's name")]
    [InlineData("cloud_events: {}\ncloudEvents: {}", "2: cloudEvents: says the same as cloud_events")]
    [InlineData("cloud_events.yaml: |\n  cloudEvents:\n    enable: true\n    type: fax", "4: cloudEvents.type: \"fax\" is not a type")]
    [InlineData(
        "sinks:\n  a:\n    type: kafka\n    kafka: { brokers: b }\n    eventsPublisher: { eventTypes: all }",
        "5: sinks.a.eventsPublisher.topicName: is missing: the topic"
    )]
    [InlineData("sinks: { a: { type: file, eventsPublisher: { eventTypes: [ pods ] } } }", "eventTypes: \"pods\" is no type of event")]
    [InlineData("sinks: { a: { type: file, filter: { phases: DONE }, eventsPublisher: { eventTypes: all } } }", "\"DONE\" is no phase")]
    [InlineData("sinks: { a: { type: file, format: raw, compat: flyte, eventsPublisher: { eventTypes: all } } }", "sinks.a.compat: raw")]
    [InlineData("sinks: { a: { type: aws, eventsPublisher: { eventTypes: all, topicName: t } } }", "\"t\" is not a topic's ARN")]
    [InlineData("sinks: { a: { type: gcp, eventsPublisher: { eventTypes: all, topicName: t } } }", "sinks.a.gcp.projectId: is missing")]
    [InlineData(
        "sinks: { a: { type: nats, eventsPublisher: { eventTypes: all, topicName: t } } }",
        "sinks.a.nats.servers: name at least one"
    )]
    [InlineData("sinks: { a: { type: http, eventsPublisher: { eventTypes: all } } }", "sinks.a.http.url: is missing")]
    [InlineData(
        "sinks: { a: { type: gcp, gcp: { projectId: my-project }, eventsPublisher: { eventTypes: all, topicName: 2fast } } }",
        "sinks.a.eventsPublisher.topicName: \"projects/my-project/topics/2fast\" is not a topic"
    )]
    [InlineData(
        "sinks: { a: { type: http, http: { url: 'https://a.example.com', headers: { Ce-Id: x } }, eventsPublisher: { eventTypes: all } } }",
        "sinks.a.http.headers.Ce-Id: the header Ce-Id is set by Transponder itself"
    )]
    [InlineData(
        "sinks: { a: { type: aws, aws: { stsEndpoint: nowhere }, eventsPublisher: { eventTypes: all, topicName: 'arn:aws:sns:eu-west-1:123456789012:t' } } }",
        "sinks.a.aws.stsEndpoint: \"nowhere\" is not a URL"
    )]
    public void Mistakes_AreErrors_WithLineAndKey(string yaml, string expected)
    {
        var result = ConfigLoader.Parse("c.yaml", yaml);

        Assert.Contains(result.Problems, problem => problem.IsError && problem.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cloudEvents: { type: kafka }", "cloudEvents: publishes nothing: enable is false")]
    [InlineData("cloudEvents: { enable: true }", "cloudEvents.type: \"local\" publishes nothing")]
    [InlineData("sinks: { a: { type: file } }", "sinks.a.eventsPublisher.eventTypes: is empty, so nothing is published")]
    [InlineData(
        "externalEvents: { enable: true, type: file, eventsPublisher: { eventTypes: [ node, pods ] } }",
        "externalEvents.eventsPublisher.eventTypes: \"pods\" is no type of event"
    )]
    [InlineData(
        "sinks: { a: { type: file, eventsPublisher: { eventTypes: all } }, b: { type: file, eventsPublisher: { eventTypes: all } } }",
        "sinks.b: writes to standard output, as sinks.a does"
    )]
    [InlineData(
        "notifications: { publisher: { topicName: mail } }\nsinks: { a: { type: gcp, gcp: { projectId: p-1 }, eventsPublisher: { topicName: mail, eventTypes: all } } }",
        "sinks.a: writes to mail, as notifications.publisher does"
    )]
    [InlineData("sinks: { a: { type: file, file: { pth: x }, eventsPublisher: { eventTypes: all } } }", "did you mean \"path\"?")]
    [InlineData("cloudEvents: { enable: true, type: file, cloudEventVersion: v3, eventsPublisher: { eventTypes: all } }", "counts as v1")]
    public void Doubts_AreWarnings(string yaml, string expected)
    {
        var result = ConfigLoader.Parse("c.yaml", yaml);

        Assert.True(result.IsValid(), string.Join('\n', result.Problems));
        Assert.Contains(result.Problems, problem => problem.ToString().Contains(expected, StringComparison.Ordinal));
    }

    private static IReadOnlyList<SinkOptions> Read(string yaml)
    {
        var result = ConfigLoader.Parse("c.yaml", yaml);
        Assert.True(result.IsValid(strict: true), string.Join('\n', result.Problems));
        return result.Options.Sinks;
    }
}
