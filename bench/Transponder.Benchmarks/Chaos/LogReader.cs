using Flyteidl.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Server;
using Transponder.Server.Configuration;

namespace Transponder.Benchmarks.Chaos;

/// <summary>Reads what is in a stopped server's event log.</summary>
internal static class LogReader
{
    /// <summary>How often each event of the workload stands in the log, by the number that the producer gave it.</summary>
    public static async Task<Dictionary<string, int>> CountAsync(StoreUnderTest store)
    {
        var options = ConfigLoader.Parse("store", store.Yaml).Options;
        await using var opened = StoreFactory.Open(options.Store, NullLoggerFactory.Instance);
        var counts = new Dictionary<string, int>();
        var after = 0L;
        while (true)
        {
            var page = await opened.Events.ReadAsync(after, null, 1000, CancellationToken.None);
            if (page.Count == 0)
                return counts;
            foreach (var entry in page)
                counts[IdOf(entry)] = counts.GetValueOrDefault(IdOf(entry)) + 1;
            after = page[^1].Position;
        }
    }

    private static string IdOf(LoggedEvent entry) =>
        Workload.RequestIdOf(
            entry.Kind switch
            {
                EventKind.Workflow => WorkflowExecutionEventRequest.Parser.ParseFrom(entry.Request),
                EventKind.Node => NodeExecutionEventRequest.Parser.ParseFrom(entry.Request),
                _ => TaskExecutionEventRequest.Parser.ParseFrom(entry.Request),
            }
        );
}
