using Transponder.Cloud.Aws;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Cloud.Aws;

public sealed class AwsProfileSourceTests : IDisposable
{
    private readonly TempDirectory files = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData(null, "AKIADEFAULT")]
    [InlineData("other", "AKIAOTHER")]
    public async Task Find_Profile_ReadsBothFiles(string? profile, string expected)
    {
        var environment = Environment(
            "; shared\n[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key=s=1\n",
            "[profile other]\nregion = eu-west-1\naws_access_key_id = AKIAOTHER\naws_secret_access_key = s2\ns3 =\n  a = b\n"
        );

        var found = await FindAsync(environment with { Profile = profile });

        Assert.Equal(expected, found!.AccessKey);
        Assert.Equal(profile is null ? "s=1" : "s2", found.SecretKey);
    }

    [Fact]
    public async Task Find_CredentialProcess_TakesWhatItPrints()
    {
        var program = files.File("give");
        await File.WriteAllTextAsync(
            program,
            "echo '{\"Version\":1,\"AccessKeyId\":\"AKIAPROCESS\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\"}'\n",
            Token
        );

        var found = await FindAsync(Environment("", $"[default]\ncredential_process = /bin/sh {program}\n"));

        Assert.Equal(new AwsCredentials("AKIAPROCESS", "s", "t"), found);
    }

    [Fact]
    public async Task Find_NoFiles_IsNothing() =>
        Assert.Null(await FindAsync(new AwsEnvironment { CredentialsFile = files.File("none"), ConfigFile = files.File("neither") }));

    [Theory]
    [InlineData("", "no profile mine")]
    [InlineData("[profile mine]\nsso_session = s\n", "neither a key nor a role")]
    [InlineData("[profile mine]\nrole_arn = arn:aws:iam::1:role/r\n", "neither source_profile nor credential_source")]
    [InlineData("[profile mine]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = mine\n", "too many")]
    public async Task Find_NamedProfileThatGivesNone_SaysWhy(string config, string reason)
    {
        var environment = Environment("", config) with { Profile = "mine" };

        var error = await Assert.ThrowsAsync<AwsCredentialException>(() => FindAsync(environment));

        Assert.Contains(reason, error.Message);
    }

    private static Task<AwsCredentials?> FindAsync(AwsEnvironment environment) =>
        new AwsProfileSource(environment, AwsSts.Of(environment, Patient.Clock), Patient.Clock).FindAsync(Token);

    private AwsEnvironment Environment(string credentials, string config)
    {
        var (credentialsFile, configFile) = (files.File("credentials"), files.File("config"));
        File.WriteAllText(credentialsFile, credentials);
        File.WriteAllText(configFile, config);
        return new AwsEnvironment { CredentialsFile = credentialsFile, ConfigFile = configFile };
    }
}
