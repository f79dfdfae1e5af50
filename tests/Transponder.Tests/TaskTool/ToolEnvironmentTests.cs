using Transponder.TaskTool;
using Xunit;

namespace Transponder.Tests.TaskTool;

public sealed class ToolEnvironmentTests
{
    [Fact]
    public void Variables_ThatSoundLikeSecrets_AreFound()
    {
        var environment = ToolEnvironment.Of(
            new Dictionary<string, string>
            {
                ["GITHUB_TOKEN"] = "abcdefgh",
                ["db_password"] = "abcdefgh",
                ["AWS_SECRET_ACCESS_KEY"] = "abcdefgh",
                ["SLACK_WEBHOOK"] = "https://x.example",
                ["KEYBOARD"] = "qwertz-de",
                ["HOME"] = "/somewhere",
                ["API_KEY"] = "tiny",
            }
        );

        Assert.Equal(
            ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "SLACK_WEBHOOK", "db_password"],
            environment.SecretVariables.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Channel_OfAVariable_IsFoundByItsName()
    {
        var environment = ToolEnvironment.Of(new Dictionary<string, string> { ["TRANSPONDER_CHANNEL_ON_CALL"] = " slack://env:X " });

        Assert.Equal("slack://env:X", environment.Channel("on-call"));
        Assert.Equal(["on-call"], environment.Channels);
        Assert.Null(environment.Channel("team"));
    }
}
