using System.CommandLine;

namespace Transponder.Benchmarks.Egress;

/// <summary>What consumers of events may rely on: nothing lost, order kept, and calls that do not wait for sinks.</summary>
internal static class EgressCommand
{
    public static Command Create() =>
        new("egress", "Events on their way to sinks: outages, latency of the calls, and repetitions.")
        {
            OutageCommand.Create(),
            CallLatencyCommand.Create(),
            DedupeCommand.Create(),
        };

    /// <summary>The sink's transport.</summary>
    public static Option<string> Sink(string standard)
    {
        var sink = new Option<string>("--sink") { DefaultValueFactory = _ => standard };
        sink.AcceptOnlyFromAmong("kafka", "http");
        return sink;
    }

    public static Option<string[]> Stores() =>
        new("--stores") { DefaultValueFactory = _ => ["sqlite", "postgres"], AllowMultipleArgumentsPerToken = true };
}
