using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Notifiers;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("lead@example.com", "lead@example.com")]
    [InlineData("Lead.O'Neil+tag@sub.example.co.uk", "Lead.O'Neil+tag@sub.example.co.uk")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("\"two words\"@example.com", "\"two words\"@example.com")]
    [InlineData("\"a@b\"@example.com", "\"a@b\"@example.com")]
    [InlineData("\"q\\\"uote\"@example.com", "\"q\\\"uote\"@example.com")]
    [InlineData("a@[192.0.2.1]", "a@[192.0.2.1]")]
    [InlineData("a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]")]
    [InlineData("a@bücher.example", "a@xn--bcher-kva.example")]
    [InlineData("jürgen@example.com", "jürgen@example.com")]
    [InlineData("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v")]
    public void TryParse_GoodAddress_IsTaken(string text, string expected)
    {
        Assert.True(EmailAddress.TryParse(text, out var address, out var problem), problem);
        Assert.Equal(expected, address.Address);
        Assert.Null(address.DisplayName);
    }

    [Theory]
    [InlineData("Flyte <flyte@example.com>", "Flyte")]
    [InlineData("\"Flyte, the \\\"bot\\\"\" <flyte@example.com>", "Flyte, the \"bot\"")]
    [InlineData("Flyte Ünïcode 🚀 <flyte@example.com>", "Flyte Ünïcode 🚀")]
    [InlineData("<flyte@example.com>", null)]
    public void TryParse_DisplayName_IsSplitOff(string text, string? name)
    {
        Assert.True(EmailAddress.TryParse(text, out var address, out _));
        Assert.Equal(("flyte@example.com", name), (address.Address, address.DisplayName));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("nobody")]
    [InlineData("@example.com")]
    [InlineData("a@")]
    [InlineData("a b@example.com")]
    [InlineData(" a@example.com")]
    [InlineData("a@example.com ")]
    [InlineData("a@b@example.com")]
    [InlineData(".a@example.com")]
    [InlineData("a.@example.com")]
    [InlineData("a..b@example.com")]
    [InlineData("a@exa mple.com")]
    [InlineData("a@-example.com")]
    [InlineData("a@example..com")]
    [InlineData("a@example.com.")]
    [InlineData("a@exa_mple.com")]
    [InlineData("a@[300.1.1.1]")]
    [InlineData("a@[1.2.3]")]
    [InlineData("a@[IPv6:::g]")]
    [InlineData("a@[IPv6:fe80::1%eth0]")]
    [InlineData("a@[192.0.2.1")]
    [InlineData("\"a@example.com")]
    [InlineData("\"a\"b\"@example.com")]
    [InlineData("\"a\\\"@example.com")]
    [InlineData("a@example.com>")]
    [InlineData("x <a@example.com")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("a@example.com\r\nBcc: evil@example.com")]
    [InlineData("\"a\r\nRCPT TO:<evil@example.com>\"@example.com")]
    [InlineData("a\0@example.com")]
    [InlineData("Name\r\nBcc: x <a@example.com>")]
    [InlineData("a\u0085b@example.com")]
    [InlineData("a\u2028b@example.com")]
    [InlineData("a<b>@example.com")]
    [InlineData("a@bü cher.example")]
    public void Check_BadAddress_SaysWhy(string? text)
    {
        var problem = EmailAddress.Check(text);

        Assert.NotNull(problem);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Fact]
    public void Check_LoneSurrogate_IsRefused()
    {
        Assert.NotNull(EmailAddress.Check("a\ud83d@example.com"));
        Assert.NotNull(EmailAddress.Check("a@\udc00example.com"));
    }

    [Fact]
    public void Check_LengthLimits_CountBytes()
    {
        Assert.Null(EmailAddress.Check(new string('a', 64) + "@example.com"));
        Assert.NotNull(EmailAddress.Check(new string('a', 65) + "@example.com"));
        Assert.NotNull(EmailAddress.Check(new string('ü', 33) + "@example.com"));
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 46), 4)) + ".de";
        Assert.Null(EmailAddress.Check(new string('a', 253 - domain.Length) + "@" + domain));
        Assert.NotNull(EmailAddress.Check(new string('a', 254 - domain.Length) + "@" + domain));
        Assert.NotNull(EmailAddress.Check("a@" + new string('d', 64) + ".com"));
    }

    [Fact]
    public void NeedsUtf8_OnlyForTheLocalPart()
    {
        Assert.True(EmailAddress.TryParse("jürgen@example.com", out var local, out _) && local.NeedsUtf8);
        Assert.True(EmailAddress.TryParse("a@bücher.example", out var domain, out _) && !domain.NeedsUtf8);
    }
}
