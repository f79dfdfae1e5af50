using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Pods;
using Transponder.TaskTool.Processes;
using Transponder.TaskTool.Running;
using Xunit;

namespace Transponder.Tests.TaskTool.Running;

public sealed class RunTextsTests
{
    private static readonly RunTexts Texts = new(TaskContext.FromPod(), "train.py", "pod-7");

    [Theory]
    [InlineData(0x0000, null, "train.py has succeeded", Severity.Info)]
    [InlineData(0x0100, null, "train.py has failed with exit code 1", Severity.Error)]
    [InlineData(0x0009, null, "train.py was killed by SIGKILL", Severity.Error)]
    [InlineData(0x000f, 15, "train.py was terminated by SIGTERM", Severity.Warning)]
    [InlineData(0x0000, 15, "train.py was terminated by SIGTERM", Severity.Warning)]
    [InlineData(0x8200, 2, "train.py was terminated by SIGINT", Severity.Warning)]
    public void Title_SaysHowItEnded(int status, int? asked, string title, Severity severity)
    {
        var message = Texts.Ended(Ended.Of(status), asked, TimeSpan.FromSeconds(65), "last");

        Assert.Equal((title, severity), (message.Title, message.Severity));
        Assert.Contains(new MessageField("Duration", "1m 5s"), message.Fields);
        Assert.Contains(new MessageField("Host", "pod-7"), message.Fields);
        Assert.Equal(severity != Severity.Info, message.Body.Contains("last"));
    }

    [Fact]
    public void Output_WithMarkupInIt_StaysCode()
    {
        const string Hostile = "**bold** <!channel> [a](http://evil.example)\n```\n@everyone\n```\n\u202Edetrever";

        var message = Texts.Ended(Ended.Of(0x0100), null, TimeSpan.FromSeconds(1), Hostile);

        var plain = MarkupText.ToPlain(message.Body);
        Assert.Contains("**bold** <!channel> [a](http://evil.example)\n'''\n@everyone\n'''\ndetrever", plain);
        Assert.DoesNotContain("<a", MarkupText.ToHtml(message.Body));
    }

    [Fact]
    public void Output_ThatIsLong_LosesItsBeginning()
    {
        var message = Texts.Ended(Ended.Of(0x0100), null, TimeSpan.FromSeconds(1), new string('a', 9000) + "the end");

        Assert.InRange(message.Body.Length, 2400, 2600);
        Assert.Contains("the end", message.Body);
    }

    [Fact]
    public void Name_OfACommand_ShowsNoArguments()
    {
        Assert.Equal("python3", CommandName.Of(["/usr/bin/python3", "-c", "print('secret')"]));
        Assert.Equal("curl", CommandName.Of(["curl", "https://user:pw@example.com/a.txt"]));
    }
}
