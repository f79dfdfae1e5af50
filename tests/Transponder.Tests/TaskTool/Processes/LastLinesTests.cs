using System.Text;
using Transponder.TaskTool.Processes;
using Xunit;

namespace Transponder.Tests.TaskTool.Processes;

public sealed class LastLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one\n", "one")]
    [InlineData("one\ntwo\n\n\n", "one\ntwo")]
    [InlineData("1\n2\n3\n4\n", "2\n3\n4")]
    [InlineData("a\r\nb\r\n", "a\nb")]
    [InlineData(" 10%\r 50%\r100%\ndone", "100%\ndone")]
    [InlineData("\u001b[1;31mred\u001b[0m and \u001b]8;;http://x\u0007link\u001b]8;;\u0007", "red and link")]
    [InlineData("cut \u001b[31", "cut ")]
    public void Text_OfAnOutput_IsWhatAPersonSaw(string output, string text)
    {
        var lines = new LastLines(3);
        lines.Add(Encoding.UTF8.GetBytes(output));

        Assert.Equal(text, lines.Text());
    }

    [Fact]
    public void Output_MuchLongerThanKept_GivesItsWholeLastLines()
    {
        var lines = new LastLines(2);
        for (var i = 0; i < 20000; i++)
            lines.Add(Encoding.UTF8.GetBytes($"line {i}\n"));
        Assert.Equal("line 19998\nline 19999", lines.Text());

        lines.Add(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100000).Select(i => $"{i}\n"))));
        Assert.Equal("99998\n99999", lines.Text());
    }

    [Fact]
    public void Bytes_ThatAreNoText_AreReplaced()
    {
        var lines = new LastLines(5);
        lines.Add([0xff, 0xfe, (byte)'a', (byte)'\n']);

        Assert.Equal("\uFFFD\uFFFDa", lines.Text());
    }
}
