using System.Text;
using Transponder.TaskTool;
using Xunit;

namespace Transponder.Tests.TaskTool;

public sealed class ToolConfigTests
{
    [Fact]
    public void File_WithNamesAndDefault_IsRead()
    {
        var config = Parse(
            """
            {
              // names
              "channels": { "team": "slack://env:HOOK", "oncall": ["pagerduty://env:KEY", "smtp://mail.example.com?to=a@b.example"] },
              "default": "team",
              "spool": "/var/spool/task",
            }
            """
        );

        Assert.Empty(config.Problems);
        Assert.Equal(["slack://env:HOOK"], config.Channels["TEAM"]);
        Assert.Equal(2, config.Channels["oncall"].Count);
        Assert.Equal(["team"], config.Default);
        Assert.Equal("/var/spool/task", config.Spool);
    }

    [Theory]
    [InlineData("[]", "task.json: is no JSON object")]
    [InlineData("{\n  \"channels\": }", "task.json: line 2 is not JSON")]
    [InlineData("{\"chanels\": {}}", "task.json: chanels: there is no such key; there are channels, default and spool")]
    [InlineData("{\"channels\": {\"a\": 7}}", "task.json: channels.a: must be a text, or a list of texts")]
    [InlineData("{\"channels\": \"a\"}", "task.json: channels: must be an object: names with URLs")]
    public void File_WithAMistake_SaysWhere(string text, string problem) => Assert.Equal([problem], Parse(text).Problems);

    [Fact]
    public void File_ThatWasAskedForAndIsMissing_IsAProblem()
    {
        var environment = ToolEnvironment.Of(new Dictionary<string, string> { ["TRANSPONDER_TASK_CONFIG"] = "/nowhere/task.json" });

        Assert.Equal(["/nowhere/task.json does not exist"], ToolConfig.Load(environment).Problems);
    }

    private static ToolConfig Parse(string text) => ToolConfig.Parse("task.json", Encoding.UTF8.GetBytes(text));
}
