using System.CommandLine;
using System.Globalization;
using Transponder.TaskTool.Sending;

namespace Transponder.TaskTool.Commands;

/// <summary><c>flush</c>: sends what earlier calls could not.</summary>
internal static class FlushCommand
{
    public static Command Create()
    {
        var deadline = SendOptions.DurationOption("--deadline", "TIME", "The longest that sending may take. [60s]");
        var strict = new Option<bool>("--strict") { Description = "Fail when something still waits or was refused." };
        var command = new Command("flush", "Send what earlier calls could not.") { strict, deadline };
        command.SetAction(async parsed =>
        {
            var settings = new SendSettings
            {
                Channels = null,
                Deadline = SendOptions.Duration(parsed.GetValue(deadline)) ?? TimeSpan.FromSeconds(60),
            };
            var sender = Sender.Open(settings, ToolEnvironment.Read(), Trouble.Tell);
            await using (sender.ConfigureAwait(false))
            {
                if (await sender.FlushAsync().ConfigureAwait(false) is not { } summary)
                    return parsed.GetValue(strict) ? ExitCode.Failed : ExitCode.Ok;
                foreach (var problem in summary.Problems)
                    Trouble.Tell(problem);
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{summary.Delivered} sent, {summary.Left} still waiting, {summary.Rejected} refused, {summary.Expired} too old"
                    )
                );
                return parsed.GetValue(strict) && summary.Left + summary.Rejected > 0 ? ExitCode.Failed : ExitCode.Ok;
            }
        });
        return command;
    }
}
