using System.Text;
using Transponder.Notifiers.Pods;
using Transponder.TaskTool;
using Transponder.TaskTool.Channels;
using Xunit;

namespace Transponder.Tests.TaskTool.Channels;

public sealed class ChannelBookTests
{
    private readonly List<string> _said = [];

    [Theory]
    [InlineData("slack://env:HOOK", "slack")]
    [InlineData("slack://hooks.slack.com/services/T/B/X", "slack")]
    [InlineData("slack://secret:slack/token?to=#alerts", "slack")]
    [InlineData("teams://env:FLOW", "teams")]
    [InlineData("discord://file:/run/hook?thread=12345678901234567", "discord")]
    [InlineData("googlechat://env:CHAT", "googlechat")]
    [InlineData("pagerduty://env:KEY", "pagerduty")]
    [InlineData("webhook://env:HOOK?sign=env:SIGN&header.Authorization=env:AUTH&format=cloudevents", "webhook")]
    [InlineData("webhook+https://h.example/x?y=z", "webhook")]
    [InlineData("http://127.0.0.1:9/x", "webhook")]
    [InlineData("smtp://me@mail.example.com:587?from=a@b.example&to=c@d.example&password=env:P", "email")]
    [InlineData("smtps://mail.example.com?to=c@d.example,e@f.example", "all")]
    [InlineData("sendgrid://env:KEY?from=a@b.example&to=c@d.example", "sendgrid")]
    [InlineData("exec:/bin/true?arg=1&timeout=5s", "exec")]
    [InlineData("apprise+http://127.0.0.1:8000?key=env:KEY&tags=ops", "apprise")]
    [InlineData("console:", "console")]
    [InlineData("console:stdout?format=json", "console")]
    [InlineData("transponder://server.example/ml-slack?token=env:T", "server")]
    [InlineData("transponder+http://127.0.0.1:8088/ml-slack", "server")]
    public void Url_OfEachKind_OpensItsChannel(string url, string type)
    {
        var channel = Assert.Single(Book().Find([url], _said.Add));

        Assert.Equal(type, channel.Notifier.Type);
        Assert.DoesNotContain("://", channel.SpoolName);
    }

    [Theory]
    [InlineData("slak://env:HOOK", "slak://env:HOOK: there is no kind of channel slak: there are slack, ")]
    [InlineData("slack://env:HOOK?chanel=x", "slack://env:HOOK: there is no option chanel for slack: it has to, api")]
    [InlineData("slack://env:", "slack://env:: the reference to its secret is empty")]
    [InlineData("slack://secret:../../etc/passwd", "a secret's group and key are plain names")]
    [InlineData("smtp://mail.example.com", "needs to=, an e-mail address")]
    [InlineData("smtp://me:pw@mail.example.com?to=a@b.example", "the password must not be part of the address")]
    [InlineData("smtp://mail.example.com:x?to=a@b.example", "the port is not a number")]
    [InlineData("exec:?arg=x", "names no program")]
    [InlineData("console:printer", "is console:stderr or console:stdout")]
    [InlineData("transponder:alerts", "names no server, and TRANSPONDER_ENDPOINT does not either")]
    [InlineData("transponder://server.example/", "names no channel of the server")]
    [InlineData("exec:/bin/true?timeout=1h", "timeout is at most 5m")]
    [InlineData("webhook://env:H?format=xml", "format is json or cloudevents")]
    [InlineData("team", "there is no channel team: no names are configured")]
    public void Url_WithAMistake_SaysWhich(string url, string problem)
    {
        Assert.Empty(Book().Find([url], _said.Add));

        Assert.Contains(problem, Assert.Single(_said));
    }

    [Fact]
    public void Literal_Secret_IsTakenWithARemark()
    {
        Book().Find(["slack://hooks.slack.com/services/T0/B0/verysecret"], _said.Add);

        var remark = Assert.Single(_said);
        Assert.StartsWith("slack://*** holds a secret in plain view", remark);
        Assert.DoesNotContain("verysecret", remark);
    }

    [Fact]
    public void Name_OfAVariable_GoesBeforeTheFiles()
    {
        var book = Book(
            """{"channels": {"team": "slack://env:A", "all": ["slack://env:A", "teams://env:B"]}}""",
            ("TRANSPONDER_CHANNEL_TEAM", "discord://env:C")
        );

        Assert.Equal("discord", Assert.Single(book.Find(["team"], _said.Add)).Notifier.Type);
        Assert.Equal(["slack", "teams"], book.Find(["all"], _said.Add).Select(channel => channel.Notifier.Type));
        Assert.Empty(_said);
    }

    [Fact]
    public void Default_Channels_AreTheVariablesElseTheFiles()
    {
        const string File = """{"channels": {"team": "slack://env:A"}, "default": "team"}""";

        Assert.Equal("slack", Assert.Single(Book(File).Find([], _said.Add)).Notifier.Type);
        Assert.Equal(
            ["discord", "teams"],
            Book(File, ("TRANSPONDER_TASK_TO", "discord://env:X teams://env:Y"))
                .Find([], _said.Add)
                .Select(channel => channel.Notifier.Type)
        );
    }

    [Fact]
    public void SpoolName_OfAnotherCall_FindsTheChannel()
    {
        const string Literal = "slack://hooks.slack.com/services/T0/B0/verysecret";
        var reference = Assert.Single(Book().Find(["teams://env:FLOW"], _said.Add)).SpoolName;
        var hidden = Assert.Single(Book().Find([Literal], _said.Add)).SpoolName;

        Assert.Equal("teams", Book().FindSpooled(reference)?.Type);
        Assert.Null(Book().FindSpooled(hidden));
        Assert.Equal("slack", Book(variables: ("TRANSPONDER_CHANNEL_TEAM", Literal)).FindSpooled(hidden)?.Type);
    }

    private ChannelBook Book(string config = "{}", params (string Name, string Value)[] variables) =>
        new(
            ToolEnvironment.Of(variables.ToDictionary(variable => variable.Name, variable => variable.Value)),
            ToolConfig.Parse("task.json", Encoding.UTF8.GetBytes(config)),
            new ChannelSetting(TaskContext.FromPod(), _said.Add)
        );
}
