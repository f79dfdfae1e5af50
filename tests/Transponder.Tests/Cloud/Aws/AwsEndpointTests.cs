using Transponder.Cloud.Aws;
using Xunit;

namespace Transponder.Tests.Cloud.Aws;

public sealed class AwsEndpointTests
{
    [Theory]
    [InlineData("eu-west-1", "https://sns.eu-west-1.amazonaws.com/")]
    [InlineData("cn-north-1", "https://sns.cn-north-1.amazonaws.com.cn/")]
    [InlineData("us-gov-west-1", "https://sns.us-gov-west-1.amazonaws.com/")]
    [InlineData("xx-new-9", "https://sns.xx-new-9.amazonaws.com/")]
    public void Of_Region_IsInItsPartition(string region, string expected) =>
        Assert.Equal(expected, AwsEndpoint.Of("sns", region).AbsoluteUri);
}
