using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Scenarios.Transports;

/// <summary>Played executions by HTTP after the receiver's consent, and in a file, read by CloudEvents' SDK.</summary>
[Trait("needs", "servers")]
public sealed class HttpTellsTheSame
{
    [Theory]
    [InlineData("binary")]
    [InlineData("structured")]
    [InlineData("batch")]
    public async Task PlayedExecutions_AfterTheHandshake_ArriveWholeAndInOrder(string mode)
    {
        using var folder = new TempDirectory();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = Consent;
        var settings = $"url: '{receiver.Url}', timeout: 30s, handshake: true, origin: transponder.example.com";
        await using var server = await ScenarioServer.StartAsync(
            "outbound: { allow: [ 127.0.0.0/8 ] }\nsinks:\n"
                + PlayedEvents.Sink("hook", "http", settings, "", mode: mode)
                + PlayedEvents.Sink("v2", "http", settings, "", EventForm.V2, mode)
                + PlayedEvents.Sink("look", "file", $"path: '{folder.File("events.jsonl")}'", "")
        );

        var log = await PlayedEvents.PlayAsync(server);

        var count = PlayedEvents.Count(EventForm.V1, log) + PlayedEvents.Count(EventForm.V2, log);
        await PlayedEvents.SentAsync(server);
        var posts = receiver.Received.Where(request => request.Method == "POST").ToList();
        var told = await CloudEventsSdk.ReadAsync(
            posts.Select(post =>
                ((IReadOnlyDictionary<string, string>)post.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value), post.Body)
            )
        );
        Assert.Equal(count, told.Count);
        var wrapped = told.ToLookup(one => one["type"].StartsWith("com.flyte.resource.cloudevents.", StringComparison.Ordinal));
        PlayedEvents.AssertTold(EventForm.V1, log, [.. wrapped[false]]);
        PlayedEvents.AssertTold(EventForm.V2, log, [.. wrapped[true]]);
        PlayedEvents.AssertTold(EventForm.V1, log, await CloudEventsSdk.ReadAsync(GrowingFile.Lines(folder.File("events.jsonl"))));
        var asked = receiver.Received.Where(request => request.Method == "OPTIONS").ToList();
        Assert.Equal(2, asked.Count);
        Assert.All(asked, request => Assert.Equal("transponder.example.com", request.Header("webhook-request-origin")));
        Assert.Equal("OPTIONS", receiver.Received[0].Method);
    }

    private static ReceiverAnswer Consent(ReceivedRequest request) =>
        request.Method == "OPTIONS"
            ? new ReceiverAnswer { Headers = new Dictionary<string, string> { ["WebHook-Allowed-Origin"] = "*" } }
            : new ReceiverAnswer();
}
