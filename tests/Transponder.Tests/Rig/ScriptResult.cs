using Xunit;

namespace Transponder.Tests.Rig;

/// <summary>What a script said and how it ended.</summary>
public sealed record ScriptResult(int ExitCode, string Output)
{
    /// <summary>The output of a script that must have ended well.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"the script ended with {ExitCode}:\n{Output}");
        return Output;
    }

    internal static async Task<ScriptResult> OfAsync(
        string program,
        IEnumerable<string> arguments,
        string? input,
        IReadOnlyDictionary<string, string?>? environment,
        string? workingDirectory = null
    )
    {
        await using var process = ChildProcess.Start(program, arguments, input, environment, workingDirectory);
        var exitCode = await process.ExitAsync(TimeSpan.FromMinutes(2));
        return new ScriptResult(exitCode, process.Output);
    }
}
