using System.CommandLine;
using Transponder.TaskTool.Commands;
using Xunit;

namespace Transponder.Tests.TaskTool.Commands;

public sealed class CommandLineTests
{
    public static TheoryData<string> Commands => ["", .. CommandLine.Create().Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_OfEveryCommand_FitsEightyColumns(string command)
    {
        var output = new StringWriter();

        var code = await CommandLine
            .Create()
            .Parse(command.Length == 0 ? ["--help"] : [command, "--help"])
            .InvokeAsync(new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        Assert.All(output.ToString().Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Theory]
    [InlineData("notify", "slack://env:X")]
    [InlineData("notify", "slack://env:X", "-m", "x", "-f", "nothing")]
    [InlineData("notify", "slack://env:X", "-m", "x", "-s", "loud")]
    [InlineData("run", "--on", "later", "--", "true")]
    [InlineData("run", "--deadline", "soon", "--", "true")]
    [InlineData("run", "--lines", "many", "--", "true")]
    [InlineData("run")]
    [InlineData("watch-idle", "--port", "0")]
    [InlineData("watch-idle", "--port", "1", "--heartbeat", "x")]
    [InlineData("watch-idle", "--kill-pid", "5", "--", "server")]
    [InlineData("dance")]
    public void Mistake_IsFoundBeforeAnythingHappens(params string[] arguments) =>
        Assert.NotEmpty(CommandLine.Create().Parse(arguments).Errors);

    [Fact]
    public void Command_AfterTheDashes_KeepsItsOwnOptions()
    {
        var parsed = CommandLine.Create().Parse(["run", "--to", "team", "--", "python", "--to", "x", "--", "-m", "--help"]);

        Assert.Empty(parsed.Errors);
        Assert.Equal(["python", "--to", "x", "--", "-m", "--help"], parsed.GetValue<string[]>("command")!);
    }
}
