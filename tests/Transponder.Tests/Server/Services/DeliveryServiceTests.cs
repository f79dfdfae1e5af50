using System.Net;
using System.Text;
using System.Text.Json;
using Transponder.Core.Delivery;
using Transponder.Notifiers;
using Transponder.Server.Services;
using Transponder.Server.Wire;
using Transponder.Tests.Core.Delivery;
using Transponder.Tests.Server.Wire;
using Xunit;

namespace Transponder.Tests.Server.Services;

public sealed class DeliveryServiceTests : IAsyncLifetime
{
    private readonly HttpClient client = new(new SocketsHttpHandler());
    private DeliveryFixture fixture = null!;
    private WireServer server = null!;

    public async ValueTask InitializeAsync()
    {
        fixture = await DeliveryFixture.CreateAsync();
        var services = new RpcServices();
        new DeliveryService(fixture.Ledger).Register(services);
        server = await WireServer.StartAsync(services);
        client.BaseAddress = server.Http;
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await fixture.DisposeAsync();
    }

    [Fact]
    public async Task List_Pages_NewestFirst()
    {
        for (var i = 1; i <= 3; i++)
            await fixture.AddAsync($"d{i}");

        var first = await GetAsync("/api/v1/deliveries?limit=2");
        var second = await GetAsync($"/api/v1/deliveries?limit=2&token={first.GetProperty("token").GetString()}");

        Assert.Equal(["d3", "d2"], Ids(first));
        Assert.Equal(["d1"], Ids(second));
        Assert.Equal("", second.GetProperty("token").GetString());
    }

    [Fact]
    public async Task List_Filters_AllApply()
    {
        await fixture.AddAsync("d1");
        await fixture.AddAsync("d2", "audit");
        await fixture.AddAsync("d3", state: DeliveryState.Suppressed);

        Assert.Equal(["d3"], Ids(await GetAsync("/api/v1/deliveries?state=SUPPRESSED")));
        Assert.Equal(["d2"], Ids(await GetAsync("/api/v1/deliveries?channel=audit")));
        Assert.Equal(["d1"], Ids(await GetAsync("/api/v1/deliveries?project=flytesnacks&domain=development&name=e1")));
        Assert.Empty(Ids(await GetAsync("/api/v1/deliveries?project=other")));
        Assert.Empty(Ids(await GetAsync("/api/v1/deliveries?since=2030-01-01T00:00:00Z")));
        Assert.Equal(3, Ids(await GetAsync("/api/v1/deliveries?until=2030-01-01T00:00:00Z")).Length);
    }

    [Fact]
    public async Task Get_Delivered_ShowsEveryAttempt()
    {
        fixture.Channel().Always(new DeliveryResult.Retry(DeliveryReason.ServerError, "503 busy"));
        fixture.Start();
        await fixture.AddAsync("d1");
        await fixture.UntilAsync("d1", DeliveryState.Retrying);
        fixture.Channel().Always(new DeliveryResult.Delivered(null, "250 ok"));
        await fixture.UntilAsync("d1", DeliveryState.Delivered, secondsPerStep: 5);

        var delivery = await GetAsync("/api/v1/deliveries/d1");

        Assert.Equal(("DELIVERED", "FAILED", "ok"), (Text(delivery, "state"), Text(delivery, "phase"), Text(delivery, "reason")));
        Assert.Equal("e1 failed", Text(delivery, "subject"));
        var attempts = delivery.GetProperty("attempts").EnumerateArray().ToArray();
        Assert.Equal(
            ["RETRY server_error 503 busy", "DELIVERED ok 250 ok"],
            attempts.Select(a => $"{Text(a, "outcome")} {Text(a, "reason")} {Text(a, "detail")}")
        );
    }

    [Fact]
    public async Task Get_Unknown_IsNotFound() =>
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/api/v1/deliveries/none")).Status);

    [Fact]
    public async Task Replay_One_IsPendingAgain()
    {
        await fixture.AddAsync("d1", state: DeliveryState.Suppressed);

        var (status, delivery) = await SendAsync(HttpMethod.Post, "/api/v1/deliveries/d1/replay", "{}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("PENDING", Text(delivery, "state"));
        Assert.True(delivery.GetProperty("replayed").GetBoolean());
    }

    [Fact]
    public async Task Replay_Many_TakesIdsAndFilter()
    {
        for (var i = 1; i <= 3; i++)
            await fixture.AddAsync($"d{i}", state: DeliveryState.Suppressed);

        var (_, some) = await SendAsync(HttpMethod.Post, "/api/v1/deliveries/replay", """{"ids":["d1","none"]}""");
        var (_, rest) = await SendAsync(HttpMethod.Post, "/api/v1/deliveries/replay", """{"filter":{"state":"SUPPRESSED"}}""");
        var (nothing, _) = await SendAsync(HttpMethod.Post, "/api/v1/deliveries/replay", "{}");

        Assert.Equal(["d1"], Texts(some, "replayed"));
        Assert.Equal(["none"], Texts(some, "skipped"));
        Assert.Equal(["d2", "d3"], Texts(rest, "replayed").Order());
        Assert.Equal(HttpStatusCode.BadRequest, nothing);
    }

    [Fact]
    public async Task Explain_Execution_TellsTheWholeStory()
    {
        await fixture.AddAsync("d1");

        var explanation = await GetAsync("/api/v1/executions/flytesnacks/development/e1/deliveries/explain");

        Assert.Equal(("LAUNCH_PLAN", "1 notification from its launch plan"), (Text(explanation, "source"), Text(explanation, "summary")));
        var notification = explanation.GetProperty("notifications")[0];
        Assert.Equal("phase FAILED is in [FAILED]", Text(notification, "reason"));
        var delivery = notification.GetProperty("addresses")[0].GetProperty("deliveries")[0];
        Assert.Equal("waits for its first attempt", Text(delivery, "summary"));
        Assert.Equal("d1", Text(delivery.GetProperty("delivery"), "id"));
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await SendAsync(HttpMethod.Get, "/api/v1/executions/flytesnacks/development/none/deliveries/explain")).Status
        );
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, status);
        return body;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, DeliveryFixture.Token);
        var body = await response.Content.ReadAsStringAsync(DeliveryFixture.Token);
        return (response.StatusCode, JsonElement.Parse(body));
    }

    private static string[] Ids(JsonElement page) =>
        [.. page.GetProperty("deliveries").EnumerateArray().Select(delivery => Text(delivery, "id"))];

    private static string[] Texts(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
