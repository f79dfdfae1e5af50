using System.Text.Json;
using System.Text.Json.Nodes;
using Transponder.Cloud.Aws;
using Transponder.Cloud.Gcp;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Cloud.Gcp;

/// <summary>Workload identity federation from AWS: what we sign has to be what AWS's own library would.</summary>
[Trait("needs", "servers")]
public sealed class AwsFederationTests : IAsyncLifetime
{
    private const string Region = "eu-west-1";

    private static readonly AwsCredentials Permanent = new("AKIAEXAMPLE", "a/secret+of=AWS");

    private readonly TempDirectory folder = new();
    private FakeGoogle google = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => google = await FakeGoogle.StartAsync(TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await google.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a/session+token==")]
    public async Task Get_KeyInTheEnvironment_IsSignedAsAwsDoesIt(string? session)
    {
        await KnowAsync(Permanent);
        using var source = Source(Permanent with { SessionToken = session });

        Assert.Equal("ya29.federated-1", (await source.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task Get_RegionOfTheInstance_IsAskedWithASession()
    {
        await KnowAsync(Permanent);
        await using var instance = await WebhookReceiver.StartAsync();
        instance.Answer = request =>
            request.Method == "PUT" ? ReceiverAnswer.Of(200, "session-1")
            : request.Header("X-aws-ec2-metadata-token") == "session-1" ? ReceiverAnswer.Of(200, Region + "b")
            : ReceiverAnswer.Of(401);
        using var source = Source(Permanent, region: null, instance: $"http://127.0.0.1:{instance.Port}");

        Assert.Equal("ya29.federated-1", (await source.GetAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task Get_KeyThatAwsDoesNotKnow_IsRefusedWithoutIt()
    {
        await KnowAsync(Permanent);
        using var source = Source(Permanent with { SecretKey = "not-the-secret-of-this-key" });

        var error = await Assert.ThrowsAsync<GcpCredentialException>(async () => await source.GetAsync(Cancellation));

        Assert.Contains("invalid_grant", error.Message);
        Assert.DoesNotContain("not-the-secret", error.Message);
        Assert.DoesNotContain("Signature", error.Message);
    }

    [Theory]
    [InlineData(false, Region, "no AWS credentials were found")]
    [InlineData(true, "eu/west", "no region of AWS")]
    public async Task Get_NobodyOrNowhereAtAws_IsSaid(bool hasKey, string region, string problem)
    {
        using var source = Source(hasKey ? Permanent : null, region);

        var error = await Assert.ThrowsAsync<GcpCredentialException>(async () => await source.GetAsync(Cancellation));

        Assert.Contains(problem, error.Message);
    }

    // AWS knows this key, and checks signatures as its library makes them.
    private async Task KnowAsync(AwsCredentials key)
    {
        var python = Executable.Require("python3", "python3");
        var hasLibrary = await ScriptResult.OfAsync(python, ["-c", "import botocore"], null, null);
        Assert.SkipUnless(hasLibrary.ExitCode == 0, "Python has no module botocore, which comes with moto, from PyPI");
        google.AskAws = async request =>
        {
            var asked = JsonNode.Parse(request.GetRawText())!;
            (asked["accessKey"], asked["secretKey"], asked["region"]) = (key.AccessKey, key.SecretKey, Region);
            var script = Repository.TestFile("Cloud/Gcp/verify_aws.py");
            var lines = (await ScriptResult.OfAsync(python, [script], asked.ToJsonString(), null)).Succeeded().Trim().Split('\n');
            return asked["url"]!.GetValue<string>() == $"https://sts.{Region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15"
                && lines[0] == lines[1];
        };
    }

    private GcpTokenSource Source(AwsCredentials? credentials, string? region = Region, string instance = "http://127.0.0.1:9")
    {
        var file = new
        {
            type = "external_account",
            audience = FakeGoogle.Pool,
            subject_token_type = "urn:ietf:params:aws:token-type:aws4_request",
            token_url = $"{google.Url}/v1/token",
            credential_source = new
            {
                environment_id = "aws1",
                region_url = $"{instance}/latest/meta-data/placement/availability-zone",
                imdsv2_session_token_url = $"{instance}/latest/api/token",
                regional_cred_verification_url = "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
            },
        };
        return new GcpTokenSource(
            new GcpCredentialOptions
            {
                File = folder.Write("credentials.json", JsonSerializer.Serialize(file)),
                Environment = new GcpEnvironment(),
                Aws = new AwsEnvironment
                {
                    AccessKey = credentials?.AccessKey,
                    SecretKey = credentials?.SecretKey,
                    SessionToken = credentials?.SessionToken,
                    Region = region,
                    NoMetadata = true,
                },
            },
            Patient.Clock
        );
    }
}
