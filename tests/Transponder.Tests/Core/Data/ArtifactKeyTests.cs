using Transponder.Core.Data;
using Transponder.Protocol;
using Xunit;

namespace Transponder.Tests.Core.Data;

public sealed class ArtifactKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a/b.tar.gz")]
    [InlineData("ä b/..c/.d")]
    [InlineData("AB======/x")]
    public void IsPlain_Paths_Are(string text) => Assert.True(ArtifactKey.IsPlain(text));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a\\..\\b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void IsPlain_WhatLeadsElsewhere_IsNot(string text) => Assert.False(ArtifactKey.IsPlain(text));

    [Fact]
    public void IsPlain_HalfACharacter_IsNot() => Assert.False(ArtifactKey.IsPlain(new string((char)0xd800, 1)));

    [Fact]
    public void Join_EmptyParts_AreLeftOut() => Assert.Equal("p/d/f", ArtifactKey.Join(("a", ""), ("b", "p"), ("c", "d"), ("d", "f")));

    [Fact]
    public void Join_AWrongPart_IsNamed()
    {
        var error = Assert.Throws<RpcException>(() => ArtifactKey.Join(("project", "p"), ("filename", "../x")));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.StartsWith("filename is no plain path", error.Message);
    }

    [Fact]
    public void Join_LongKeys_AreRefused() =>
        Assert.Throws<RpcException>(() => ArtifactKey.Join([.. Enumerable.Range(0, 5).Select(n => ("part", new string('x', 250)))]));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY======")]
    [InlineData("fo", "MZXQ====")]
    [InlineData("foo", "MZXW6===")]
    [InlineData("foob", "MZXW6YQ=")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI======")]
    public void Base32_Rfc4648sVectors_Hold(string text, string encoded) =>
        Assert.Equal(encoded, Base32.Encode(System.Text.Encoding.ASCII.GetBytes(text)));
}
