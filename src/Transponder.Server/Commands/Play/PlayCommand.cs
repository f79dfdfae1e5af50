using System.CommandLine;
using Flyteidl.Core;
using Transponder.Server.Commands.Terminal;

namespace Transponder.Server.Commands.Play;

/// <summary><c>play</c>: executions that never ran, reported to any Flyte admin as propeller reports them.</summary>
internal static class PlayCommand
{
    private static readonly string[] Shapes = [.. Enum.GetValues<PlayShape>().Select(PlayCatalog.Name), "mixed"];

    public static Command Create()
    {
        var command = new Command(
            "play",
            "Send realistic executions to any Flyte admin, as flytepropeller does; ends with 0 if all was accepted."
        );
        var options = new Options(command);
        return command.Asks(
            async (call, cancellationToken) =>
            {
                var play = options.Read(call.Arguments);
                var time = TimeProvider.System;
                var tally = new PlayTally();
                var run = new PlayRun(call.Client.Admin, play, tally, options.Patience(call.Arguments), time);
                if (options.Registers(call.Arguments))
                    await run.RegisterAsync(cancellationToken);
                var begin = time.GetTimestamp();
                await new PlayProgress(play, tally, time).FollowAsync(run.RunAsync(cancellationToken), plain: !call.Screen.HasColours);
                var summary = tally.Sum(play, time.GetElapsedTime(begin));
                summary.Show(call.Screen);
                return summary.AllAccepted ? ExitCode.Ok : ExitCode.Failed;
            }
        );
    }

    private sealed class Options
    {
        private readonly Option<int> executions = Number("--executions", "How many executions.", 10, "-n");
        private readonly Option<double> rate = Real("--rate", "Calls per second over all executions; 0 = as fast as they are answered.", 0);
        private readonly Option<int> concurrency = Number("--concurrency", "How many executions are under way at once.", 32);
        private readonly Option<string[]> shape = new("--shape")
        {
            Description = $"What the workflows look like, several in turn: {string.Join(", ", Shapes)} (all of them).",
            DefaultValueFactory = _ => ["mixed"],
            HelpName = "SHAPE",
        };
        private readonly Option<double> failures = Real("--failures", "The share of executions that fail.", 0.1);
        private readonly Option<double> aborts = Real("--aborts", "The share of executions that are aborted.", 0);
        private readonly Option<double> retries = Real("--retries", "The share of task attempts that fail and are tried again.", 0.05);
        private readonly Option<int> mapSize = Number("--map-size", "How many parts a map task has.", 10);
        private readonly Option<string> project = new("--project", "-p")
        {
            Description = "The project.",
            DefaultValueFactory = _ => "flytesnacks",
        };
        private readonly Option<string> domain = new("--domain", "-d")
        {
            Description = "The domain.",
            DefaultValueFactory = _ => "development",
        };
        private readonly Option<string[]> notify = new("--notify")
        {
            Description = "Addresses that the registered launch plans notify at every end.",
            AllowMultipleArgumentsPerToken = true,
            HelpName = "ADDRESS",
        };
        private readonly Option<string> launchPlan = new("--launch-plan")
        {
            Description = "Execute this launch plan of the project instead, and register nothing.",
            HelpName = "NAME:VERSION",
        };
        private readonly Option<bool> noRegister = new("--no-register") { Description = "Register nothing: an earlier play did." };
        private readonly Option<int?> seed = new("--seed") { Description = "Plays the same again; else a new one each time." };
        private readonly Option<string> producer = new("--producer")
        {
            Description = "Who reports: propeller, or a cluster's name.",
            DefaultValueFactory = _ => "propeller",
        };
        private readonly Option<double> patience = Real("--patience", "How many seconds a call is tried again.", 30);

        public Options(Command command)
        {
            foreach (
                var option in new Option[]
                {
                    executions,
                    rate,
                    concurrency,
                    shape,
                    failures,
                    aborts,
                    retries,
                    mapSize,
                    project,
                    domain,
                    notify,
                    launchPlan,
                    noRegister,
                    seed,
                    producer,
                    patience,
                }
            )
                command.Options.Add(option);
            shape.AcceptOnlyFromAmong(Shapes);
        }

        public bool Registers(ParseResult arguments) => !arguments.GetValue(noRegister) && arguments.GetValue(launchPlan) is null;

        public TimeSpan Patience(ParseResult arguments) => TimeSpan.FromSeconds(Math.Clamp(arguments.GetValue(patience), 0, 86_400));

        public PlayOptions Read(ParseResult arguments)
        {
            var asked = arguments.GetValue(shape) ?? ["mixed"];
            var play = new PlayOptions
            {
                Executions = AtLeastOne(arguments, executions),
                Rate = arguments.GetValue(rate) is > 0 and var perSecond ? perSecond : null,
                Concurrency = AtLeastOne(arguments, concurrency),
                Shapes = asked.Contains("mixed")
                    ? Enum.GetValues<PlayShape>()
                    : [.. asked.Select(name => Enum.Parse<PlayShape>(name, ignoreCase: true))],
                Failures = Share(arguments, failures),
                Aborts = Share(arguments, aborts),
                Retries = Share(arguments, retries),
                MapSize = AtLeastOne(arguments, mapSize),
                Project = arguments.GetValue(project)!,
                Domain = arguments.GetValue(domain)!,
                Notify = arguments.GetValue(notify) ?? [],
                Seed = arguments.GetValue(seed) ?? Random.Shared.Next(1, int.MaxValue),
                Producer = arguments.GetValue(producer)!,
            };
            if (play.Failures + play.Aborts > 1)
                throw new UsageFailure("--failures and --aborts are shares of all executions: together at most 1");
            if (arguments.GetValue(launchPlan) is null)
                return play;
            if (play.Notify.Count > 0)
                throw new UsageFailure("--notify goes with what is registered; a launch plan of your own has notifications of its own");
            return play with { LaunchPlan = LaunchPlan(arguments.GetValue(launchPlan)!, play) };
        }

        private static Identifier LaunchPlan(string text, PlayOptions play) =>
            text.LastIndexOf(':') is > 0 and var colon && colon < text.Length - 1
                ? new Identifier
                {
                    ResourceType = ResourceType.LaunchPlan,
                    Project = play.Project,
                    Domain = play.Domain,
                    Name = text[..colon],
                    Version = text[(colon + 1)..],
                }
                : throw new UsageFailure($"--launch-plan: \"{text}\" has no version; write NAME:VERSION");

        private static int AtLeastOne(ParseResult arguments, Option<int> option) =>
            arguments.GetValue(option) is > 0 and var number ? number : throw new UsageFailure($"{option.Name} must be at least 1");

        private static double Share(ParseResult arguments, Option<double> option) =>
            arguments.GetValue(option) is >= 0 and <= 1 and var share
                ? share
                : throw new UsageFailure($"{option.Name} is a share from 0 to 1, e.g. 0.1");

        private static Option<int> Number(string name, string description, int value, params string[] aliases) =>
            new(name, aliases)
            {
                Description = description,
                DefaultValueFactory = _ => value,
                HelpName = "COUNT",
            };

        private static Option<double> Real(string name, string description, double value) =>
            new(name)
            {
                Description = description,
                DefaultValueFactory = _ => value,
                HelpName = "NUMBER",
            };
    }
}
