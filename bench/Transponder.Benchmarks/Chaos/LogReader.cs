using Flyteidl.Admin;
using Transponder.Core.Events;

namespace Transponder.Benchmarks.Chaos;

/// <summary>Reads what is in a stopped server's event log.</summary>
internal static class LogReader
{
    /// <summary>How often each event of the workload stands in the log, by the number that the producer gave it.</summary>
    public static async Task<Dictionary<string, int>> CountAsync(StoreUnderTest store)
    {
        var counts = new Dictionary<string, int>();
        await foreach (var entry in StoredLog.ReadAsync(store))
            counts[RequestIdOf(entry)] = counts.GetValueOrDefault(RequestIdOf(entry)) + 1;
        return counts;
    }

    /// <summary>The number that the producer gave an event.</summary>
    public static string RequestIdOf(LoggedEvent entry) =>
        Workload.RequestIdOf(
            entry.Kind switch
            {
                EventKind.Workflow => WorkflowExecutionEventRequest.Parser.ParseFrom(entry.Request),
                EventKind.Node => NodeExecutionEventRequest.Parser.ParseFrom(entry.Request),
                _ => TaskExecutionEventRequest.Parser.ParseFrom(entry.Request),
            }
        );
}
