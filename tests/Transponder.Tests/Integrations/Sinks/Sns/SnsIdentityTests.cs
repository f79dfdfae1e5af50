using Transponder.Integrations.Sinks.Sns;
using Xunit;

namespace Transponder.Tests.Integrations.Sinks.Sns;

public sealed class SnsIdentityTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("flytesnacks/development/e124")]
    [InlineData("a!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~z")]
    public void Group_OfAllowedCharacters_IsTheKeyItself(string key) => Assert.Equal(key, SnsIdentity.Group(key));

    [Theory]
    [InlineData("p/d/ü")]
    [InlineData("p/d/a b")]
    [InlineData("")]
    public void Group_OfOtherCharacters_IsAllowedAndItsOwn(string key)
    {
        var group = SnsIdentity.Group(key);

        Assert.Matches("^[!-~]{1,128}$", group);
        Assert.NotEqual(SnsIdentity.Group(key + "ö"), group);
        Assert.Equal(group, SnsIdentity.Group(key));
    }

    [Fact]
    public void Group_TooLong_KeepsItsBeginning()
    {
        var group = SnsIdentity.Group("flytesnacks/" + new string('x', 300));

        Assert.Equal(128, group.Length);
        Assert.StartsWith("flytesnacks/xxx", group);
    }

    [Fact]
    public void Deduplication_OfOneEventsMessages_Differs()
    {
        var first = SnsSamples.Record("p/d/n", 1);
        var second = SnsSamples.Record("p/d/n", 2, first.EventId);

        Assert.NotEqual(SnsIdentity.Deduplication(first, Now), SnsIdentity.Deduplication(second, Now));
        Assert.Equal(SnsIdentity.Deduplication(first, Now), SnsIdentity.Deduplication(first, Now.AddHours(1)));
    }

    [Fact]
    public void Deduplication_OfAReplay_IsNew()
    {
        var record = SnsSamples.Replay(SnsSamples.Record("p/d/n", 1));

        Assert.NotEqual(SnsIdentity.Deduplication(record, Now), SnsIdentity.Deduplication(record, Now.AddSeconds(1)));
        Assert.Matches("^[!-~]{1,128}$", SnsIdentity.Deduplication(record, Now));
    }

    [Theory]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:events", true)]
    [InlineData("arn:aws-cn:sns:cn-north-1:123456789012:events.fifo", true)]
    [InlineData("arn:aws:sqs:eu-west-1:123456789012:events", false)]
    [InlineData("arn:aws:sns::123456789012:events", false)]
    [InlineData("arn:aws:sns:eu-west-1::events", false)]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:events:subscription", false)]
    [InlineData("events", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Topic_Check_KnowsArns(string? arn, bool right) => Assert.Equal(right, SnsTopic.Check(arn) is null);
}
