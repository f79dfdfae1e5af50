using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Transponder.Benchmarks.Ingest;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.OneMessage;

/// <summary>
/// What one message from a pod takes: the published <c>transponder-task</c> beside Debian's <c>apprise</c>, each a fresh process that posts to the same local
/// webhook, in turns. The message must have arrived for a run to count.
/// </summary>
internal static class OneMessageCommand
{
    private const int WarmUp = 2;

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 15 };
        var command = new Command("task", "One message by transponder-task, beside apprise.") { rounds };
        command.SetAction(async arguments => await RunAsync(arguments.GetValue(rounds)));
        return command;
    }

    private static async Task<int> RunAsync(int rounds)
    {
        if (!File.Exists(TaskToolFile.Path) || Executable.Find("apprise") is not { } apprise || Executable.Find("time") is not { } clock)
        {
            Console.Error.WriteLine(
                "needed are artifacts/task/transponder-task (./transponder task-tool), and Debian's packages apprise and time"
            );
            return 1;
        }

        await using var receiver = await WebhookReceiver.StartAsync();
        using var directory = new TempDirectory();
        var address = $"127.0.0.1:{receiver.Port}/hook";
        (string Name, string[] Command, List<Sample> Samples)[] peers =
        [
            ("transponder-task notify", [TaskToolFile.Path, "notify", "webhook://env:HOOK", "-t", "Title", "-m", "Text"], []),
            ("… --no-spool", [TaskToolFile.Path, "notify", "webhook://env:HOOK", "-t", "Title", "-m", "Text", "--no-spool"], []),
            ("apprise", [apprise, "-t", "Title", "-b", "Text", $"json://{address}"], []),
        ];
        for (var round = 0; round < rounds + WarmUp; round++)
        {
            foreach (var (_, command, samples) in peers)
            {
                var sample = await OnceAsync(clock, command, $"http://{address}", directory, receiver);
                if (round >= WarmUp)
                    samples.Add(sample);
            }
        }

        Console.WriteLine(Machine.Describe());
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rounds} rounds, in turns; the file has {new FileInfo(TaskToolFile.Path).Length / 1e6:0.0} MB"
            )
        );
        Console.WriteLine();
        Console.WriteLine("| program | wall (median) | min … max | × apprise | processor time | peak memory |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var baseline = IngestCommand.Median([.. peers[^1].Samples.Select(sample => sample.Wall)]);
        foreach (var (name, _, samples) in peers)
        {
            var wall = samples.Select(sample => sample.Wall).ToList();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {IngestCommand.Median(wall):0} ms | {wall.Min():0} … {wall.Max():0} | {IngestCommand.Median(wall) / baseline:0.00} "
                        + $"| {IngestCommand.Median([.. samples.Select(sample => sample.Processor)]):0} ms "
                        + $"| {IngestCommand.Median([.. samples.Select(sample => sample.Peak)]):0} MB |"
                )
            );
        }
        return 0;
    }

    private static async Task<Sample> OnceAsync(
        string clock,
        string[] command,
        string hook,
        TempDirectory directory,
        WebhookReceiver receiver
    )
    {
        var before = receiver.Received.Count;
        var report = directory.File("time");
        var environment = new Dictionary<string, string?> { ["HOOK"] = hook, ["TRANSPONDER_TASK_SPOOL"] = directory.File("spool") };
        var start = Stopwatch.GetTimestamp();
        await using var process = ChildProcess.Start(clock, ["-o", report, "-f", "%U %S %M", .. command], environment: environment);
        var code = await process.ExitAsync();
        var wall = Stopwatch.GetElapsedTime(start);
        if (code != 0 || receiver.Received.Count != before + 1)
            throw new InvalidOperationException($"{command[0]} sent nothing (exit code {code}): {process.Output}");
        var figures = (await File.ReadAllTextAsync(report))
            .Split(' ')
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        return new Sample(wall.TotalMilliseconds, (figures[0] + figures[1]) * 1000, figures[2] / 1024);
    }

    private sealed record Sample(double Wall, double Processor, double Peak);
}
