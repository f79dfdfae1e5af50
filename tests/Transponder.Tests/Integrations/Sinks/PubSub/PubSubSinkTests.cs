using Transponder.Cloud.Gcp;
using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.PubSub;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.PubSub;

/// <summary>A Pub/Sub that asks for credentials, and the forms of messages.</summary>
public sealed class PubSubSinkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("denied", "roles/pubsub.publisher")]
    [InlineData("throttled", "quota")]
    [InlineData("missing", "create the topic")]
    [InlineData("keyless", "INVALID_ARGUMENT")]
    [InlineData("broken", "HTTP 502")]
    public async Task Publish_Refused_FailsAndSaysWhatToDo(string topic, string advice)
    {
        await using var google = await FakeGoogle.StartAsync(Patient.Clock);
        await using var sink = Sink(google, topic);

        var results = await sink.PublishAsync(SampleRecords.Mixed(executions: 2, each: 2), Token);

        Assert.All(results, result => Assert.Equal(PublishOutcome.Failed, result.Outcome));
        Assert.Contains(advice, results[0].Detail);
        Assert.Equal(topic == "throttled" ? TimeSpan.FromSeconds(7) : null, results[0].RetryAfter);
        Assert.DoesNotContain("ya29", results[0].Detail);
    }

    [Fact]
    public async Task Publish_TokenRevoked_FailsOnceAndThenAsksForAnother()
    {
        await using var google = await FakeGoogle.StartAsync(Patient.Clock);
        await using var sink = Sink(google, "events");
        var records = SampleRecords.Mixed(executions: 20, each: 3);
        Assert.All(await sink.PublishAsync(records, Token), result => Assert.Equal(PublishResult.Confirmed, result));
        Assert.Equal(1, google.Requests);

        google.Revoke();

        Assert.Contains("UNAUTHENTICATED", (await sink.PublishAsync([SampleRecords.Of()], Token))[0].Detail);
        Assert.Equal([PublishResult.Confirmed], await sink.PublishAsync([SampleRecords.Of()], Token));
    }

    [Fact]
    public async Task Publish_NoCredentials_FailsAndSaysWhereItLooked()
    {
        await using var google = await FakeGoogle.StartAsync(Patient.Clock);
        await using var sink = Sink(google, "events", new GcpEnvironment { NoMetadata = true });

        var result = Assert.Single(await sink.PublishAsync([SampleRecords.Of()], Token));

        Assert.Equal(PublishOutcome.Failed, result.Outcome);
        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS", result.Detail);
    }

    [Theory]
    [InlineData("my-project", "ev")]
    [InlineData("my-project", "1events")]
    [InlineData("my-project", "google-events")]
    [InlineData("My Project", "events")]
    [InlineData("", "projects/my-project/topics/")]
    public void TopicProblem_NameThatCannotBe_IsSaid(string project, string topic) =>
        Assert.NotNull(new PubSubSinkOptions { ProjectId = project, Topic = topic }.TopicProblem);

    [Fact]
    public void TopicProblem_GoodName_IsNull()
    {
        Assert.Null(new PubSubSinkOptions { ProjectId = "my-project", Topic = "flyte.events" }.TopicProblem);
        Assert.Null(new PubSubSinkOptions { ProjectId = "", Topic = "projects/example.com:other/topics/events" }.TopicProblem);
    }

    private static PubSubSink Sink(FakeGoogle google, string topic, GcpEnvironment? environment = null) =>
        new(
            new PubSubSinkOptions
            {
                ProjectId = "transponder-tests",
                Topic = topic,
                Endpoint = google.Secure,
                TrustedRoots = [google.Certificate],
                Credentials = new GcpCredentialOptions
                {
                    Environment = environment ?? new GcpEnvironment { MetadataHost = new Uri(google.Url).Authority },
                },
            },
            Patient.Clock
        );
}
