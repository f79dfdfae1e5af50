using System.CommandLine;
using Transponder.TaskTool.Channels;

namespace Transponder.TaskTool.Commands;

/// <summary><c>channels</c>: how channels are written, and which names are configured.</summary>
internal static class ChannelsCommand
{
    public static Command Create()
    {
        var command = new Command("channels", "Say how channels' URLs are written, and which names are configured.");
        command.SetAction(_ =>
        {
            var environment = ToolEnvironment.Read();
            var config = ToolConfig.Load(environment);
            var output = Console.Out;
            output.WriteLine("URLs:");
            foreach (var scheme in ChannelSchemes.All)
            {
                output.WriteLine($"  {scheme.Form}");
                if (scheme.Options.Count > 0)
                    output.WriteLine(
                        $"      options: {string.Join(", ", scheme.Options.Select(name => name.EndsWith('.') ? name + "NAME" : name))}"
                    );
            }
            output.WriteLine("Secrets are written as env:NAME, secret:group/key (as Flyte mounts it) or");
            output.WriteLine("file:/path.");
            var names = config.Channels.Keys.Concat(environment.Channels).Distinct().Order(StringComparer.Ordinal).ToList();
            output.WriteLine(names.Count == 0 ? "No names are configured." : $"Names: {string.Join(", ", names)}");
            foreach (var problem in config.Problems)
                Trouble.Tell(problem);
            return config.Problems.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }
}
