using System.Text;
using Transponder.Notifiers.Channels.Webhook;
using Xunit;

namespace Transponder.Tests.Notifiers.Channels.Webhook;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    [Fact]
    public void Sign_TheSpecificationsExample_GivesItsSignature() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", Now, Body, [Secret])
        );

    [Fact]
    public void Sign_DuringARotation_HasOneSignaturePerSecret()
    {
        var header = WebhookSignature.Sign("m", Now, Body, [Secret, "an older one"]);

        Assert.Equal(2, header.Split(' ').Length);
        Assert.True(Verify(header, secrets: [Secret]));
        Assert.True(Verify(header, secrets: ["an older one"]));
        Assert.False(Verify(header, secrets: ["another"]));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void Verify_AtAnAge_HoldsForFiveMinutes(int seconds, bool expected) =>
        Assert.Equal(expected, Verify(WebhookSignature.Sign("m", Now, Body, [Secret]), now: Now.AddSeconds(seconds)));

    [Theory]
    [InlineData("x", "1614265330")]
    [InlineData("m", "1614265331")]
    [InlineData("m", "")]
    [InlineData("m", "now")]
    [InlineData("m", "-1614265330")]
    [InlineData("m", "99999999999999999999")]
    [InlineData("m", null)]
    [InlineData("", "1614265330")]
    [InlineData(null, "1614265330")]
    public void Verify_ChangedOrMissingHeader_Fails(string? id, string? timestamp) =>
        Assert.False(WebhookSignature.Verify(id, timestamp, WebhookSignature.Sign("m", Now, Body, [Secret]), Body, [Secret], Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("v1")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    public void Verify_OddSignature_Fails(string? signature) => Assert.False(Verify(signature));

    [Fact]
    public void Verify_AmongSignaturesOfOtherVersions_FindsOurs() =>
        Assert.True(Verify("v1a,abc  v1,AAAA " + WebhookSignature.Sign("m", Now, Body, [Secret])));

    [Fact]
    public void Verify_ChangedBody_Fails() =>
        Assert.False(
            WebhookSignature.Verify("m", "1614265330", WebhookSignature.Sign("m", Now, Body, [Secret]), [.. Body, 32], [Secret], Now)
        );

    [Theory]
    [InlineData("whsec_", false)]
    [InlineData("whsec_???", false)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("any other text", true)]
    public void CheckSecret_AnySecret_TellsWhetherItSigns(string secret, bool fine)
    {
        var problem = WebhookSignature.CheckSecret(secret);

        Assert.Equal(fine, problem is null);
        Assert.DoesNotContain("???", problem ?? "", StringComparison.Ordinal);
    }

    private static bool Verify(string? signature, IReadOnlyList<string>? secrets = null, DateTimeOffset? now = null) =>
        WebhookSignature.Verify("m", "1614265330", signature, Body, secrets ?? [Secret], now ?? Now);
}
