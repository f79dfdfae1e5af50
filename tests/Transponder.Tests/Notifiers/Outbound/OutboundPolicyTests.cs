using System.Net;
using Transponder.Notifiers.Outbound;
using Xunit;

namespace Transponder.Tests.Notifiers.Outbound;

public sealed class OutboundPolicyTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("64:ff9b:1::808:808")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:2::1")]
    [InlineData("2001:10::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a00:1::1")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2a00:1450:4001:80b:0:5efe:10.0.0.1")]
    [InlineData("2a00:1450:4001:80b:200:5efe:127.0.0.1")]
    [InlineData("3fff::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("ff0e::1")]
    public void Permits_AddressThatIsNotGlobal_OnlyFromAnAllowedRange(string text)
    {
        var address = IPAddress.Parse(text);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
        var open = OutboundPolicy.Strict with { Allow = [new IPNetwork(plain, plain.GetAddressBytes().Length * 8)] };

        Assert.False(OutboundPolicy.Strict.Permits(address, encrypted: true));
        Assert.False((OutboundPolicy.Strict with { AllowHttp = true }).Permits(address, encrypted: false));
        Assert.True(open.Permits(address, encrypted: true));
        Assert.True(open.Permits(address, encrypted: false));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("198.17.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("2002:808:808::1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80b::200e")]
    public void Permits_GlobalAddress_WithTlsOnly(string text)
    {
        var address = IPAddress.Parse(text);

        Assert.True(OutboundPolicy.Strict.Permits(address, encrypted: true));
        Assert.False(OutboundPolicy.Strict.Permits(address, encrypted: false));
        Assert.True((OutboundPolicy.Strict with { AllowHttp = true }).Permits(address, encrypted: false));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Permits_IPv4AddressInsideAnIPv6One_IsJudgedLikeTheIPv4One(int seed)
    {
        var random = new Random(seed);
        var v4 = new byte[4];
        for (var round = 0; round < 5000; round++)
        {
            random.NextBytes(v4);
            if (round % 2 == 0)
                v4[0] = new byte[] { 0, 10, 100, 127, 169, 172, 192, 198, 203 }[random.Next(9)];
            var expected = OutboundPolicy.Strict.Permits(new IPAddress(v4), encrypted: true);
            byte[][] carriers =
            [
                [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, .. v4],
                [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, .. v4],
                [0x20, 0x02, .. v4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
                [0x2A, 0, 0x14, 0x50, 0, 0, 0, 0, 2, 0, 0x5E, 0xFE, .. v4],
            ];
            Assert.All(carriers, c => Assert.Equal(expected, OutboundPolicy.Strict.Permits(new IPAddress(c), encrypted: true)));
        }
    }

    [Fact]
    public void Permits_MappedAddress_FromAnAllowedIPv4Range()
    {
        var policy = OutboundPolicy.Parse(["10.0.0.0/8"], out _);

        Assert.True(policy.Permits(IPAddress.Parse("::ffff:10.1.2.3"), encrypted: true));
        Assert.False(policy.Permits(IPAddress.Parse("64:ff9b::10.1.2.3"), encrypted: true));
    }

    [Fact]
    public void Parse_RangesAndAddresses_KeepsTheGoodAndNamesTheBad()
    {
        var policy = OutboundPolicy.Parse(
            ["127.0.0.0/8", "::1", "10.0.0.7", "10.0.0.1/8", "10.0.0.0/33", "nonsense", ""],
            out var problems
        );

        Assert.Equal(["127.0.0.0/8", "::1/128", "10.0.0.7/32", "10.0.0.0/8"], policy.Allow.Select(r => r.ToString()));
        Assert.Equal(3, problems.Count);
        Assert.Contains("\"10.0.0.0/33\"", problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/hook", true)]
    [InlineData("HTTPS://example.com", true)]
    [InlineData("http://example.com/hook", false)]
    [InlineData("ftp://example.com/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://127.0.0.1:25/x", false)]
    [InlineData("unix:/var/run/docker.sock", false)]
    [InlineData("/hook", false)]
    [InlineData("//example.com/hook", false)]
    [InlineData("https://user:password@example.com/", false)]
    [InlineData("https://", false)]
    [InlineData("", false)]
    public void CheckUrl_UnderTheStrictPolicy_TakesOnlyHttps(string url, bool fine)
    {
        var problem = OutboundPolicy.Strict.CheckUrl(url);

        Assert.Equal(fine, problem is null);
        Assert.DoesNotContain("password@", problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void CheckUrl_PlainHttpWithAnOpenRange_IsLeftToTheConnection() =>
        Assert.Null(OutboundPolicy.Parse(["127.0.0.0/8"], out _).CheckUrl("http://127.0.0.1:9001/hook"));
}
