using System.Globalization;
using Transponder.Cloud.Aws;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Cloud.Aws;

public sealed class AwsCredentialChainTests
{
    private const string Answered = """
        {"Code":"Success","AccessKeyId":"ASIACONTAINER","SecretAccessKey":"kept","Token":"t/o=k","Expiration":"2026-01-02T09:04:05Z"}
        """;

    private static readonly AwsEnvironment Bare = new() { NoMetadata = true };
    private static readonly AwsCredentials FromContainer = new("ASIACONTAINER", "kept", "t/o=k")
    {
        Expires = DateTimeOffset.Parse("2026-01-02T09:04:05Z", CultureInfo.InvariantCulture),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_KeyInTheEnvironment_IsWhatItSays() =>
        Assert.Equal(
            new AwsCredentials("AKIDEXAMPLE", "secret", "token"),
            await FindAsync(Bare with { AccessKey = "AKIDEXAMPLE", SecretKey = "secret", SessionToken = "token" })
        );

    [Fact]
    public async Task Find_WhereNothingIsSetUp_IsNothing() => Assert.Null(await FindAsync(Bare));

    [Fact]
    public async Task Find_WebIdentityWithoutItsToken_SaysSoAndLooksNoFurther()
    {
        var environment = Bare with { WebIdentityTokenFile = "/nowhere/token", RoleArn = "arn:aws:iam::123456789012:role/r" };

        var error = await Assert.ThrowsAsync<AwsCredentialException>(() => FindAsync(environment));

        Assert.Contains("/nowhere/token", error.Message);
    }

    [Fact]
    public async Task Find_PodIdentity_SendsTheTokenOfTheFile()
    {
        using var files = new TempDirectory();
        var token = files.File("token");
        await File.WriteAllTextAsync(token, "pod-token\n", Token);
        await using var agent = await WebhookReceiver.StartAsync();
        agent.Answer = _ => ReceiverAnswer.Of(200, Answered);

        var found = await FindAsync(Bare with { ContainerFullUri = agent.Url, ContainerTokenFile = token, ContainerToken = "other" });

        Assert.Equal(FromContainer, found);
        Assert.Equal("pod-token", Assert.Single(agent.Received).Header("Authorization"));
    }

    [Fact]
    public async Task Find_ContainerThatRefuses_SaysSoWithoutTheAnswer()
    {
        await using var agent = await WebhookReceiver.StartAsync();
        agent.Answer = _ => ReceiverAnswer.Of(403, "secret words");

        var error = await Assert.ThrowsAsync<AwsCredentialException>(() => FindAsync(Bare with { ContainerFullUri = agent.Url }));

        Assert.Contains("403", error.Message);
        Assert.DoesNotContain("secret words", error.Message);
    }

    [Theory]
    [InlineData("http://credentials.example/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("nonsense")]
    public async Task Find_ContainerAddressOverPlainHttpElsewhere_IsRefused(string address)
    {
        var error = await Assert.ThrowsAsync<AwsCredentialException>(() => FindAsync(Bare with { ContainerFullUri = address }));

        Assert.Contains("AWS_CONTAINER_CREDENTIALS_FULL_URI", error.Message);
    }

    [Fact]
    public async Task Find_Instance_AsksForASessionFirst()
    {
        await using var metadata = await WebhookReceiver.StartAsync();
        metadata.Answer = request =>
            (request.Method, request.Path, request.Header("X-aws-ec2-metadata-token")) switch
            {
                ("PUT", "/latest/api/token", _) => ReceiverAnswer.Of(200, "session"),
                ("GET", "/latest/meta-data/iam/security-credentials/", "session") => ReceiverAnswer.Of(200, "my-role"),
                ("GET", "/latest/meta-data/iam/security-credentials/my-role", "session") => ReceiverAnswer.Of(200, Answered),
                _ => ReceiverAnswer.Of(401),
            };

        var found = await FindAsync(new AwsEnvironment { MetadataEndpoint = metadata.Url });

        Assert.Equal(FromContainer, found);
        Assert.Equal("300", metadata.Received[0].Header("X-aws-ec2-metadata-token-ttl-seconds"));
    }

    [Theory]
    [InlineData(404, 0)]
    [InlineData(200, 404)]
    public async Task Find_InstanceWithoutServiceOrRole_IsNothing(int session, int role)
    {
        await using var metadata = await WebhookReceiver.StartAsync();
        metadata.AnswerNext(ReceiverAnswer.Of(session, "session"), ReceiverAnswer.Of(role == 0 ? 500 : role));

        Assert.Null(await FindAsync(new AwsEnvironment { MetadataEndpoint = metadata.Url }));
    }

    [Fact]
    public async Task Find_InstanceThatKeepsSilent_IsNothingAfterASecond()
    {
        var clock = new FakeTimeProvider();
        await using var metadata = await WebhookReceiver.StartAsync();
        metadata.Answer = _ => ReceiverAnswer.Hang;

        var finding = new AwsCredentialChain(new AwsEnvironment { MetadataEndpoint = metadata.Url }, clock).FindAsync(Token);
        await metadata.ReceivedAsync(1);
        Assert.False(finding.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await finding);
    }

    private static Task<AwsCredentials?> FindAsync(AwsEnvironment environment) =>
        new AwsCredentialChain(environment, Patient.Clock).FindAsync(Token);
}
