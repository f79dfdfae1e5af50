using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Flyteidl.Core;
using Transponder.Client;
using Transponder.Tests.Rig;
using Transponder.V1;
using Xunit;

namespace Transponder.Tests.Scenarios;

/// <summary>Whoever follows the log sees every event that matches, once and in order, over gRPC and as Server-Sent Events, and goes on after a crash.</summary>
[Trait("needs", "servers")]
public sealed class LiveEventsAreFollowed(PostgresCluster cluster)
{
    [Fact]
    public Task OverSqlite() => FollowAsync(postgres: null);

    [Fact]
    public async Task OverPostgres() => await FollowAsync(await cluster.CreateDatabaseAsync());

    [Fact]
    public async Task ServerSentEvents_GoOnWhereTheyStopped()
    {
        await using var server = await ScenarioServer.StartAsync("");
        using var http = new HttpClient { BaseAddress = server.Http };
        await Platform.RegisterAsync(server.Client.Admin);
        using var stream = await OpenAsync(http, "filter.phases=SUCCEEDED&filter.kinds=WORKFLOW");
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.MediaType);

        await Platform.PlayAsync(server.Client.Admin, "first", WorkflowPhase.Succeeded);
        var first = await stream.NextAsync();
        Assert.Equal(("workflow", "first"), (first.Name, first.Data.GetProperty("execution").GetProperty("name").GetString()));
        stream.Dispose();
        await Platform.PlayAsync(server.Client.Admin, "second", WorkflowPhase.Succeeded);

        using var again = await OpenAsync(http, "filter.phases=SUCCEEDED&filter.kinds=WORKFLOW", first.Id);
        Assert.Equal("second", (await again.NextAsync()).Data.GetProperty("execution").GetProperty("name").GetString());
        using var refused = await http.GetAsync("api/v1/events/stream?filter.phases=DONE", ScenarioServer.Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private static async Task FollowAsync(string? postgres)
    {
        await using var server = await ServerProcess.StartAsync("", postgres);
        List<Event> seen = [];
        var request = new WatchRequest { After = 0, WithRequest = true };
        using (var client = server.Connect())
        {
            await Platform.RegisterAsync(client.Admin);
            var following = FollowAsync(client, request, seen, until: () => seen.Exists(one => one.Execution.Name == "b"));
            await Platform.PlayAsync(client.Admin, "a", WorkflowPhase.Succeeded);
            await Platform.PlayAsync(client.Admin, "b", WorkflowPhase.Failed);
            await following;
        }

        await server.KillAndRestartAsync();

        using var after = server.Connect();
        await Platform.PlayAsync(after.Admin, "c", WorkflowPhase.Aborted);
        var log = (await after.Events.ListEventsAsync(new() { Limit = 1000, WithRequest = true }, ScenarioServer.Token)).Events;
        await FollowAsync(after, request, seen, until: () => seen.Count >= log.Count);
        Assert.Equal(log, seen);
        Assert.Equal(["a", "b", "c"], log.Select(one => one.Execution.Name).Distinct());
    }

    /// <summary>Takes one call's events, as a client does that may lose its server at any reply.</summary>
    private static async Task FollowAsync(TransponderClient client, WatchRequest request, List<Event> seen, Func<bool> until)
    {
        await foreach (var reply in client.Events.WatchAsync(request, ScenarioServer.Token))
        {
            seen.AddRange(reply.Events);
            request.After = reply.Position;
            if (until())
                return;
        }
    }

    private static async Task<SentEvents> OpenAsync(HttpClient http, string query, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/events/stream?{query}");
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ScenarioServer.Token);
        return new SentEvents(response, await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ScenarioServer.Token));
    }

    private sealed class SentEvents(HttpResponseMessage response, Stream stream) : IDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> items = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        public HttpResponseMessage Response => response;

        public async Task<(string? Id, string Name, JsonElement Data)> NextAsync()
        {
            Assert.True(await items.MoveNextAsync());
            var item = items.Current;
            return (item.EventId, item.EventType, JsonElement.Parse(item.Data));
        }

        public void Dispose() => response.Dispose();
    }
}
