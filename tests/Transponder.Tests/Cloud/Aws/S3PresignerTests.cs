using System.Globalization;
using Transponder.Cloud.Aws;
using Xunit;

namespace Transponder.Tests.Cloud.Aws;

public sealed class S3PresignerTests
{
    private static readonly AwsCredentials Documented = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    private static readonly DateTimeOffset Then = DateTimeOffset.Parse("2013-05-24T00:00:00Z", CultureInfo.InvariantCulture);

    private static readonly S3Request Example = new()
    {
        Method = "GET",
        Address = new Uri("https://examplebucket.s3.amazonaws.com"),
        Path = "/test.txt",
        Region = "us-east-1",
        Life = TimeSpan.FromSeconds(86400),
    };

    [Fact]
    public void Sign_AwssOwnExample_HasTheDocumentedSignature() =>
        Assert.Equal(
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
                + "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            S3Presigner.Sign(Example, Documented, Then).OriginalString
        );

    [Fact]
    public void Sign_Headers_ArePartOfTheSignature()
    {
        var request = Example with
        {
            Method = "PUT",
            Headers = new Dictionary<string, string> { ["Content-MD5"] = "x", ["x-amz-meta-A"] = "y" },
        };

        var url = S3Presigner.Sign(request, Documented, Then).OriginalString;

        Assert.Contains("X-Amz-SignedHeaders=content-md5%3Bhost%3Bx-amz-meta-a&", url);
        Assert.NotEqual(
            url,
            S3Presigner
                .Sign(
                    request with
                    {
                        Headers = new Dictionary<string, string> { ["Content-MD5"] = "z", ["x-amz-meta-A"] = "y" },
                    },
                    Documented,
                    Then
                )
                .OriginalString
        );
    }

    [Fact]
    public void Sign_TemporaryCredentials_CarryTheirToken() =>
        Assert.Contains(
            "&X-Amz-Security-Token=a%2Fb%3D&",
            S3Presigner.Sign(Example, Documented with { SessionToken = "a/b=" }, Then).OriginalString
        );

    [Fact]
    public void Sign_Path_IsEscapedSegmentForSegment() =>
        Assert.StartsWith(
            "https://examplebucket.s3.amazonaws.com/p/d/AB%3D%3D/a%20%C3%A4%252F.tar?",
            S3Presigner.Sign(Example with { Path = "/p/d/AB==/a ä%2F.tar" }, Documented, Then).OriginalString
        );

    [Fact]
    public void Sign_Life_IsAtMostSevenDays() =>
        Assert.Contains(
            "X-Amz-Expires=604800&",
            S3Presigner.Sign(Example with { Life = TimeSpan.FromDays(30) }, Documented, Then).OriginalString
        );

    [Fact]
    public void Credentials_AsText_AreTheIdAlone() => Assert.Equal("AKIAIOSFODNN7EXAMPLE", Documented.ToString());
}
