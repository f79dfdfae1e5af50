using System.Globalization;
using Spectre.Console;

namespace Transponder.Server.Commands.Play;

/// <summary>How far a play is, on standard error: a bar on a terminal, a line now and then elsewhere.</summary>
internal sealed class PlayProgress(PlayOptions options, PlayTally tally, TimeProvider time)
{
    private static readonly TimeSpan BarBeat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LineBeat = TimeSpan.FromSeconds(5);

    public async Task FollowAsync(Task playing, bool plain)
    {
        if (Console.IsErrorRedirected || plain)
            await LinesAsync(playing);
        else
            await BarAsync(playing);
        await playing;
    }

    private async Task LinesAsync(Task playing)
    {
        while (await Task.WhenAny(playing, Task.Delay(LineBeat, time)) != playing)
            Console.Error.WriteLine($"{tally.Over} of {options.Executions} executions, {tally.Events} events");
    }

    private async Task BarAsync(Task playing)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        await console
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("playing", maxValue: options.Executions);
                while (await Task.WhenAny(playing, Task.Delay(BarBeat, time)) != playing)
                {
                    bar.Value = tally.Over;
                    bar.Description = string.Create(CultureInfo.InvariantCulture, $"{tally.Events} events");
                }
            });
    }
}
