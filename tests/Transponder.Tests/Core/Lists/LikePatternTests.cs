using Transponder.Core.Lists;
using Xunit;

namespace Transponder.Tests.Core.Lists;

public sealed class LikePatternTests
{
    [Theory]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "a%", true)]
    [InlineData("abc", "%c", true)]
    [InlineData("abc", "%b%", true)]
    [InlineData("abc", "a_c", true)]
    [InlineData("abc", "a_", false)]
    [InlineData("abc", "ABC", false)]
    [InlineData("", "%", true)]
    [InlineData("", "_", false)]
    [InlineData("a%c", @"a\%c", true)]
    [InlineData("abc", @"a\%c", false)]
    [InlineData("aXbXc", "a%b%c", true)]
    [InlineData("mississippi", "m%iss%pi", true)]
    [InlineData("mississippi", "m%iss%x", false)]
    public void Matches_AsSqlWould(string text, string pattern, bool matches) => Assert.Equal(matches, LikePattern.Matches(text, pattern));
}
