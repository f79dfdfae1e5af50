using Transponder.Cloud.Aws;
using Xunit;

namespace Transponder.Tests.Cloud.Aws;

public sealed class AwsCredentialChainTests
{
    [Fact]
    public async Task Get_FromTheEnvironment_IsWhatItSays()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        Environment.SetEnvironmentVariable("AWS_SESSION_TOKEN", "token");
        try
        {
            Assert.Equal(
                new AwsCredentials("AKIDEXAMPLE", "secret", "token"),
                await AwsCredentialChain.GetAsync(TestContext.Current.CancellationToken)
            );
        }
        finally
        {
            foreach (var name in new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN" })
                Environment.SetEnvironmentVariable(name, null);
        }
    }
}
