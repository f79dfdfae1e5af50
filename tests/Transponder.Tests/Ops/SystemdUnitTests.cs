using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Ops;

/// <summary>systemd reads the unit without a complaint, and rates it as well locked up.</summary>
[Trait("needs", "servers")]
public sealed class SystemdUnitTests
{
    [Theory]
    [InlineData("verify", "--man=no")]
    [InlineData("security", "--offline=true", "--no-pager", "--threshold=20")]
    public async Task Unit_IsAccepted(string verb, params string[] options)
    {
        if (Executable.Find("systemd-analyze") is not { } analyze)
        {
            Assert.Skip("systemd-analyze is not installed");
            return;
        }
        using var folder = new TempDirectory();
        var unit = File.ReadAllText(Repository.File("ops/systemd/transponder.service"));
        // The program need not be installed where the unit is checked.
        var file = folder.Write(
            "transponder.service",
            unit.Replace("=/usr/local/bin/transponder ", "=/bin/true ", StringComparison.Ordinal)
        );

        await using var tool = ChildProcess.Start(analyze, [verb, .. options, file]);

        Assert.True(await tool.ExitAsync() == 0, tool.Output);
        if (verb == "verify")
            Assert.Equal("", tool.Output.Trim());
    }
}
