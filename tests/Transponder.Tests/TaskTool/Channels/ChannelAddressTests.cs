using Transponder.TaskTool.Channels;
using Xunit;

namespace Transponder.Tests.TaskTool.Channels;

public sealed class ChannelAddressTests
{
    [Fact]
    public void Reference_WithOptions_IsTakenApart()
    {
        var address = Parse("Slack://secret:slack/token?to=#alerts&api=http%3A%2F%2Fx");

        Assert.Equal("slack", address.Scheme);
        Assert.Equal("secret:slack/token", address.Rest);
        Assert.True(address.IsReference);
        Assert.Equal("#alerts", address.Option("to"));
        Assert.Equal("http://x", address.Option("api"));
        Assert.Null(address.Option("from"));
    }

    [Fact]
    public void LiteralUrl_KeepsItsQuery_AndHasOptionsAfterTheHash()
    {
        var address = Parse("webhook+https://hooks.example.com/a?b=c#sign=env:KEY");

        Assert.Equal("hooks.example.com/a?b=c", address.Rest);
        Assert.Equal("env:KEY", address.Option("sign"));
    }

    [Theory]
    [InlineData("slack://hooks.slack.com/services/T0/B0/verysecret", "slack://***")]
    [InlineData("pagerduty://R0123456789", "pagerduty://***")]
    [InlineData("slack://env:HOOK", "slack://env:HOOK")]
    [InlineData("smtp://me@mail.example.com?to=a@b.example&password=hunter22", "smtp://me@mail.example.com")]
    [InlineData("exec:/bin/true?arg=x", "exec:///bin/true")]
    public void Shown_Address_HoldsNoSecret(string text, string shown) => Assert.Equal(shown, Parse(text).Shown);

    [Fact]
    public void SpoolName_OfAReference_OpensTheSameAddressAgain()
    {
        var name = Parse("slack://env:TOKEN?to=#alerts").SpoolName;

        Assert.Equal("slack:env:TOKEN?to=#alerts", name);
        Assert.Equal("#alerts", Parse(name).Option("to"));
        Assert.Equal("env:TOKEN", Parse(name).Rest);
    }

    [Theory]
    [InlineData("slack://hooks.slack.com/services/T0/B0/verysecret")]
    [InlineData("webhook+https://h.example/verysecret?x=1")]
    public void SpoolName_OfALiteral_TellsNothing(string text)
    {
        var name = Parse(text).SpoolName;

        Assert.DoesNotContain("secret", name);
        Assert.DoesNotContain("://", name);
        Assert.Equal(name, Parse(text).SpoolName);
        Assert.NotEqual(name, Parse(text + "2").SpoolName);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("://x")]
    [InlineData("a b://x")]
    [InlineData("slack://env:X?to")]
    public void Text_ThatIsNoAddress_IsRefusedWithoutShowingIt(string text)
    {
        Assert.False(ChannelAddress.TryParse(text, out _, out var problem));
        Assert.DoesNotContain("env:X", problem);
    }

    private static ChannelAddress Parse(string text)
    {
        Assert.True(ChannelAddress.TryParse(text, out var address, out var problem), problem);
        return address;
    }
}
