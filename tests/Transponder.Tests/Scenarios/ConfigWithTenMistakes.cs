using Transponder.Tests.Rig;
using Transponder.Tests.Server.Configuration;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Ten mistakes in a configuration are ten problems at once, each with its place, and no server starts.</summary>
[Trait("needs", "servers")]
public sealed class ConfigWithTenMistakes
{
    [Theory]
    [InlineData("check-config")]
    [InlineData("serve")]
    public async Task PrintsTenProblemsAndExitsWith2(string command)
    {
        using var folder = new TempDirectory();
        var file = folder.Write("ten.yaml", TenMistakes.Yaml);
        await using var process = ServerProcess.Run(command, "--config", file);

        Assert.Equal(2, await process.ExitAsync());

        var errors = process.Lines.Where(line => line.StartsWith("error: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(TenMistakes.Places.Length, errors.Count);
        Assert.All(
            TenMistakes.Places,
            place => Assert.Single(errors, error => error.Contains($"{file}:{place.Line}: {place.Key}:", StringComparison.Ordinal))
        );
        Assert.Contains("10 problems in the configuration", process.Lines);
    }
}
