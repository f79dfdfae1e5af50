using Transponder.Cloud.Aws;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Cloud.Aws;

/// <summary>STS as moto speaks it, signatures checked where there are any.</summary>
[Trait("needs", "servers")]
public sealed class AwsStsTests(AwsAccount shared)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AssumeRole_Credentials_AreTheRoles()
    {
        var aws = await shared.StartedAsync();
        var role = new AwsRole(await aws.CreateRoleAsync());
        var sts = new AwsSts(aws.Endpoint, AwsAccount.Region, Patient.Clock);

        var assumed = await sts.AssumeRoleAsync(role, aws.Administrator, Token);

        Assert.NotNull(assumed.SessionToken);
        Assert.True(assumed.Expires > TimeProvider.System.GetUtcNow().AddMinutes(10));
        Assert.NotEqual(aws.Administrator.AccessKey, assumed.AccessKey);
    }

    [Fact]
    public async Task AssumeRole_WrongKey_SaysWhyWithoutIt()
    {
        var aws = await shared.StartedAsync();
        var role = new AwsRole(await aws.CreateRoleAsync());
        var sts = new AwsSts(aws.Endpoint, AwsAccount.Region, Patient.Clock);
        var wrong = aws.Administrator with { SecretKey = "wJalrXUtnFEMI" };

        var error = await Assert.ThrowsAsync<AwsCredentialException>(() => sts.AssumeRoleAsync(role, wrong, Token));

        Assert.Contains("SignatureDoesNotMatch", error.Message);
        Assert.DoesNotContain("wJalrXUtnFEMI", error.Message);
    }

    [Fact]
    public async Task AssumeRole_ServiceAway_SaysSo()
    {
        using var closed = new ClosedPort();
        var sts = new AwsSts(new Uri($"http://127.0.0.1:{closed.Number}"), AwsAccount.Region, Patient.Clock);
        var role = new AwsRole("arn:aws:iam::123456789012:role/r");

        var error = await Assert.ThrowsAsync<AwsCredentialException>(() => sts.AssumeRoleAsync(role, new AwsCredentials("a", "b"), Token));

        Assert.Contains("cannot be reached", error.Message);
    }

    [Fact]
    public async Task Chain_WebIdentity_IsExchangedForTheRole()
    {
        await using var moto = await MotoServer.StartAsync();
        using var files = new TempDirectory();
        var token = files.File("token");
        await File.WriteAllTextAsync(token, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzYSJ9.\n", Token);
        var environment = new AwsEnvironment
        {
            Region = AwsAccount.Region,
            RoleArn = "arn:aws:iam::123456789012:role/irsa",
            WebIdentityTokenFile = token,
            StsEndpoint = moto.Address.ToString(),
        };

        var found = await new AwsCredentialChain(environment, Patient.Clock).FindAsync(Token);

        Assert.NotNull(found!.SessionToken);
        Assert.True(found.Expires > TimeProvider.System.GetUtcNow());
    }
}
