using System.Globalization;

namespace Transponder.Notifiers.Timing;

/// <summary>Tells the people of an interactive session what flytekit's notifier for VSCode tells them, in its words, with whole seconds.</summary>
internal sealed class SessionStrategy(SessionOptions options) : Strategy
{
    public override StrategyRun Begin() => new Run(options);

    private sealed class Run(SessionOptions options) : StrategyRun
    {
        private readonly IdleGate gate = new(options);
        private bool over;

        public override IEnumerable<Notice> On(Moment moment)
        {
            if (moment is Moment.Started)
                return [new Notice($"You can connect to the {options.Server} now!")];
            if (over || moment is not Moment.Idled look)
                return [];

            var verdict = gate.Look(look.Idle);
            over = verdict.IsOver;
            var notices = new List<Notice>();
            if (verdict.Reminder is { } left)
                notices.Add(
                    Warning($"Reminder: The {options.Server} will be terminated in {Seconds(Math.Ceiling(left.TotalSeconds))} seconds.")
                );
            if (verdict.IsOver)
            {
                var limit = Seconds(Math.Floor(options.MaxIdle.TotalSeconds));
                notices.Add(Warning($"{options.Server} is idle for more than {limit} seconds. Terminating..."));
            }
            return notices;
        }

        private static Notice Warning(string text) => new(text, "", Severity.Warning);

        private static string Seconds(double seconds) => seconds.ToString("0", CultureInfo.InvariantCulture);
    }
}
