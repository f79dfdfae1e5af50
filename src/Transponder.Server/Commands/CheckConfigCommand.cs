using System.CommandLine;

namespace Transponder.Server.Commands;

/// <summary><c>check-config</c>: every problem of a configuration with file, line and key, without starting anything.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var command = new Command("check-config", "Check configuration files; exits with 2 when they cannot be run.");
        var config = new ConfigOptions(command);
        command.SetAction(arguments =>
        {
            if (config.Load(arguments) is null)
                return ConfigOptions.InvalidConfiguration;
            Console.WriteLine("The configuration is fine.");
            return 0;
        });
        return command;
    }
}
