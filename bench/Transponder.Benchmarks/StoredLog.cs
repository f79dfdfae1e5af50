using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Core.Events;
using Transponder.Server;
using Transponder.Server.Configuration;

namespace Transponder.Benchmarks;

/// <summary>The event log of a stopped server.</summary>
internal static class StoredLog
{
    /// <summary>The events of executions, in the log's order.</summary>
    public static async IAsyncEnumerable<LoggedEvent> ReadAsync(StoreUnderTest store)
    {
        var options = ConfigLoader.Parse("store", store.Yaml).Options;
        await using var opened = StoreFactory.Open(options.Store, NullLoggerFactory.Instance);
        var after = 0L;
        while (await opened.Events.ReadAsync(after, null, 1000, CancellationToken.None) is { Count: > 0 } page)
        {
            foreach (var entry in page.Where(one => one.Kind is EventKind.Workflow or EventKind.Node or EventKind.Task))
                yield return entry;
            after = page[^1].Position;
        }
    }
}
