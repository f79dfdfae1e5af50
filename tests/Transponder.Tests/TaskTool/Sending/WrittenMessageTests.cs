using Transponder.Notifiers;
using Transponder.Notifiers.Pods;
using Transponder.TaskTool.Sending;
using Xunit;

namespace Transponder.Tests.TaskTool.Sending;

public sealed class WrittenMessageTests
{
    [Theory]
    [InlineData(null, "one\ntwo\nthree\n", "one", "two\nthree")]
    [InlineData(null, "one", "one", "")]
    [InlineData("title", "one\ntwo", "title", "one\ntwo")]
    [InlineData("", "\none\r\ntwo", "one", "two")]
    public void Title_IsTheFirstLineUnlessGiven(string? title, string text, string expected, string body)
    {
        var message = new WrittenMessage(title, text, Severity.Warning, IsMarkup: false).Compose(TaskContext.FromPod());

        Assert.Equal((expected, body, Severity.Warning), (message.Title, message.Body, message.Severity));
    }

    [Fact]
    public void FirstLine_ThatIsTooLongForATitle_StaysInTheText()
    {
        var text = new string('a', 400);

        var message = new WrittenMessage(null, text, Severity.Info, IsMarkup: false).Compose(TaskContext.FromPod());

        Assert.Equal((150, text), (message.Title.Length, message.Body));
    }

    [Fact]
    public void Markup_InTheFirstLine_IsPlainInTheTitle()
    {
        var message = new WrittenMessage(null, "**Data** are in\n- one", Severity.Info, IsMarkup: true).Compose(TaskContext.FromPod());

        Assert.Equal(("Data are in", "- one", BodyFormat.Markup), (message.Title, message.Body, message.Format));
    }
}
