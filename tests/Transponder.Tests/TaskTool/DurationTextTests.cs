using Transponder.TaskTool;
using Xunit;

namespace Transponder.Tests.TaskTool;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("30m", 1800)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5s", 1.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("2d", 172800)]
    [InlineData("45", 45)]
    [InlineData(" 10s ", 10)]
    public void Time_AsPeopleWriteIt_IsRead(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out var time));
        Assert.Equal(TimeSpan.FromSeconds(seconds), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("10x")]
    [InlineData("-5s")]
    [InlineData("1m30")]
    [InlineData("1..5s")]
    [InlineData("1000d")]
    public void Time_OfNoSense_IsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));
}
