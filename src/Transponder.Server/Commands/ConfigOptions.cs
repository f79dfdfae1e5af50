using System.CommandLine;
using Transponder.Server.Configuration;
using Transponder.Server.Reload;

namespace Transponder.Server.Commands;

/// <summary>The options that every command with a configuration has, and how its problems are shown.</summary>
internal sealed class ConfigOptions
{
    /// <summary>The exit code of a configuration that cannot be run.</summary>
    public const int InvalidConfiguration = 2;

    private readonly Option<string[]> files = new("--config", "-c")
    {
        Description = "A configuration file; several are laid over one another in order.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    private readonly Option<bool> strict = new("--strict") { Description = "Treat warnings, such as unknown keys, as errors." };

    public ConfigOptions(Command command)
    {
        command.Options.Add(files);
        command.Options.Add(strict);
    }

    /// <summary>Where the configuration is.</summary>
    public ConfigFiles Files(ParseResult arguments) => new(arguments.GetValue(files) ?? [], arguments.GetValue(strict));

    /// <summary>Whether a file is named.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(files) is { Length: > 0 };

    /// <summary>The configuration with its problems, and whether warnings count as errors.</summary>
    public (ConfigResult Result, bool IsStrict) Read(ParseResult arguments) => (Files(arguments).Load(), arguments.GetValue(strict));

    /// <summary>The options to run; null when there are problems that forbid it. Problems go to standard error.</summary>
    public TransponderOptions? Load(ParseResult arguments)
    {
        var (result, isStrict) = Read(arguments);
        foreach (var problem in result.Problems)
            Console.Error.WriteLine($"{(problem.IsError || isStrict ? "error" : "warning")}: {problem}");
        if (result.IsValid(isStrict))
            return result.Options;

        var count = result.Problems.Count(problem => problem.IsError || isStrict);
        Console.Error.WriteLine(count == 1 ? "1 problem in the configuration" : $"{count} problems in the configuration");
        return null;
    }
}
