using System.CommandLine;

namespace Transponder.Benchmarks.Chaos;

/// <summary>kill -9 under load, and the count of what was lost. Exits with 1 when anything was, or when a kind of kill was not shown often enough.</summary>
internal static class ChaosCommand
{
    public static Command Create()
    {
        var kills = new Option<int>("--kills") { DefaultValueFactory = _ => 30, Description = "Kills per store." };
        var stores = new Option<string[]>("--stores")
        {
            DefaultValueFactory = _ => ["sqlite", "postgres"],
            AllowMultipleArgumentsPerToken = true,
        };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "For the moments of the kills." };
        var command = new Command("chaos", "kill -9 under load: counts lost and repeated events and notifications.")
        {
            kills,
            stores,
            seed,
        };
        command.SetAction(arguments => RunAsync(arguments.GetValue(stores)!, arguments.GetValue(kills), arguments.GetValue(seed)));
        return command;
    }

    private static async Task<int> RunAsync(string[] stores, int kills, int seed)
    {
        var reports = new List<ChaosReport>();
        foreach (var store in stores)
            reports.Add(await ChaosRun.RunAsync(store, kills, seed));

        Console.WriteLine(Machine.Describe());
        Console.WriteLine("Kills: before commit / committed, unsent / sent, unrecorded. Resent: as new / as recorded already.");
        Console.WriteLine();
        Console.WriteLine(
            "| store | kills | events acknowledged | lost | repeated | resent | notifications owed | lost | repeated (under another id) | never owed |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var report in reports)
            Console.WriteLine(report.Row());

        var clean = reports.All(report => report.IsClean);
        var enough =
            kills < 3 * ChaosReport.FewestOfAKind
            || reports.All(report => report.Shown.Values.All(count => count >= ChaosReport.FewestOfAKind));
        if (!clean)
            Console.Error.WriteLine("error: something was lost, repeated in the log, or sent without cause");
        if (!enough)
            Console.Error.WriteLine($"error: some kind of kill was shown fewer than {ChaosReport.FewestOfAKind} times");
        return clean && enough ? 0 : 1;
    }
}
