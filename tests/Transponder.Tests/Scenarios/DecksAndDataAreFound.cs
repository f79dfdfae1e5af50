using System.Text.Json;
using Flyteidl.Core;
using Flyteidl.Event;
using Transponder.Tests.Rig;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>What a node left behind is found by its Flyte URL: outputs as literals, the deck by a link that works.</summary>
public sealed class DecksAndDataAreFound
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ByFlyteUrl()
    {
        using var folder = new TempDirectory();
        var deck = folder.Write("files/decks/deck.html", "<h1>deck</h1>");
        await using var server = await ScenarioServer.StartAsync($"storage: {{ type: local, directory: {folder.File("files")} }}");
        await Platform.RegisterAsync(server.Client.Admin);
        await Platform.CreateAsync(server.Client.Admin, "e1");
        await Platform.SendAsync(server.Client.Admin, Platform.Event("e1", WorkflowExecution.Types.Phase.Running));
        await Platform.SendAsync(server.Client.Admin, Platform.NodeEvent("e1", NodeExecution.Types.Phase.Running));
        var done = Platform.NodeEvent("e1", NodeExecution.Types.Phase.Succeeded);
        done.Event.DeckUri = new Uri(deck).AbsoluteUri;
        done.Event.OutputData = new LiteralMap
        {
            Literals = { ["o0"] = new Literal { Scalar = new Scalar { Primitive = new Primitive { Integer = 7 } } } },
        };
        await Platform.SendAsync(server.Client.Admin, done);
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };

        var literal = await GetAsync(client, "o/o0");
        Assert.Equal("7", literal.GetProperty("literal").GetProperty("scalar").GetProperty("primitive").GetProperty("integer").GetString());
        Assert.True((await GetAsync(client, "o")).GetProperty("literal_map").GetProperty("literals").TryGetProperty("o0", out _));
        Assert.Equal(5, (await GetAsync(client, "o/o9")).GetProperty("code").GetInt32());
        Assert.Equal(5, (await GetAsync(client, "3/o")).GetProperty("code").GetInt32());
        Assert.Equal(3, (await GetAsync(client, "nothing")).GetProperty("code").GetInt32());

        var link = (await GetAsync(client, "d")).GetProperty("pre_signed_urls").GetProperty("signed_url")[0].GetString();
        Assert.Equal("<h1>deck</h1>", await client.GetStringAsync(new Uri(link!), Token));

        File.Delete(deck);
        Assert.Equal(5, (await GetAsync(client, "d")).GetProperty("code").GetInt32());
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string what)
    {
        var url = Uri.EscapeDataString($"flyte://v1/{Platform.Project}/{Platform.Domain}/e1/n0/{what}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/data?flyte_url={url}");
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await client.SendAsync(request, Token);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token));
    }
}
