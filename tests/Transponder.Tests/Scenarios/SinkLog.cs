using System.Text.Json;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>The server's log, and whether what arrived at a sink is that.</summary>
internal static class SinkLog
{
    /// <summary>The whole log.</summary>
    public static async Task<IReadOnlyList<Event>> ReadAsync(ScenarioServer server)
    {
        var log = new List<Event>();
        var request = new ListEventsRequest { Limit = 1000, WithRequest = true };
        do
        {
            var page = await server.Client.Events.ListEventsAsync(request, ScenarioServer.Token);
            log.AddRange(page.Events);
            request.Token = page.Token;
        } while (request.Token.Length > 0);
        return log;
    }

    /// <summary>The CloudEvents are those of the log: each once, and each execution's in the log's order.</summary>
    public static void AssertSame(IReadOnlyList<Event> log, IReadOnlyList<JsonElement> arrived)
    {
        Assert.Equal(arrived.Count, arrived.Select(one => (Text(one, "source"), Text(one, "id"))).Distinct().Count());
        var expected = log.ToLookup(one => $"{one.Execution.Project}/{one.Execution.Domain}/{one.Execution.Name}", one => one.Id);
        var actual = arrived.ToLookup(one => Text(one, "partitionkey"), one => Text(one, "id"));
        Assert.Equal(expected.Select(execution => execution.Key).Order(), actual.Select(execution => execution.Key).Order());
        foreach (var execution in expected)
            Assert.Equal(execution, actual[execution.Key]);
        foreach (var sequences in arrived.GroupBy(one => Text(one, "partitionkey"), one => Text(one, "sequence")))
            Assert.Equal(sequences.Order(StringComparer.Ordinal), sequences);
        AssertNothingIsForgotten(log, arrived);
    }

    // What upstream never publishes.
    private static void AssertNothingIsForgotten(IReadOnlyList<Event> log, IReadOnlyList<JsonElement> arrived)
    {
        var ids = arrived.Select(one => Text(one, "id")).ToHashSet();
        var attempts = log.Where(one => one.Kind == Event.Types.Kind.Task)
            .GroupBy(one => (one.Execution, one.NodeId, one.ParentNodeId, one.Task, one.RetryAttempt))
            .ToList();
        Assert.NotEmpty(attempts);
        Assert.All(attempts, attempt => Assert.Contains(attempt.First().Id, ids));
        var aborts = log.Where(one => one.Kind == Event.Types.Kind.Workflow && one.Phase == "ABORTED").ToList();
        Assert.NotEmpty(aborts);
        Assert.All(aborts, abort => Assert.Contains(abort.Id, ids));
    }

    private static string Text(JsonElement one, string name) => one.GetProperty(name).GetString()!;
}
