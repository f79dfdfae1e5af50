using Transponder.Core.Data;
using Transponder.Protocol;
using Xunit;

namespace Transponder.Tests.Core.Data;

public sealed class FlyteUrlTests
{
    [Theory]
    [InlineData("flyte://v1/p/d/e/n2/i", null, 'i', null)]
    [InlineData("flyte://v1/p/d/e/n2/o", null, 'o', null)]
    [InlineData("flyte://v1/p/d/e/n2/d", null, 'd', null)]
    [InlineData("flyte://v1/p/d/e/n2/o/o3", null, 'o', "o3")]
    [InlineData("flyte://v1/p/d/e/n2/0/i", 0u, 'i', null)]
    [InlineData("flyte://v1/p/d/e/n2/12/o/o0", 12u, 'o', "o0")]
    public void Parse_Url_NamesItsParts(string text, uint? attempt, char kind, string? name)
    {
        var url = FlyteUrl.Parse(text);

        Assert.Equal(
            ("p", "d", "e", "n2"),
            (url.Node.ExecutionId.Project, url.Node.ExecutionId.Domain, url.Node.ExecutionId.Name, url.Node.NodeId)
        );
        Assert.Equal((attempt, kind, name), (url.Attempt, url.Kind, url.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3://v1/p/d/e/n2/i")]
    [InlineData("flyte://v2/p/d/e/n2/i")]
    [InlineData("flyte://v1/p/d/e/n2")]
    [InlineData("flyte://v1/p/d/e/n2/x")]
    [InlineData("flyte://v1/p/d/e//i")]
    [InlineData("flyte://v1/p/d/e/n2/0")]
    [InlineData("flyte://v1/p/d/e/n2/-1/i")]
    [InlineData("flyte://v1/p/d/e/n2/i/a/b")]
    [InlineData("flyte://v1/p/d/e/n2/0/d")]
    [InlineData("flyte://v1/p/d/e/n2/d/x")]
    public void Parse_AnythingElse_IsInvalid(string text) =>
        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => FlyteUrl.Parse(text)).Code);
}
