using System.Collections.Concurrent;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.PagerDuty;

/// <summary>PagerDuty's Events API v2 as its documentation describes it, over real HTTP, with the incidents that its events make.</summary>
public sealed class PagerDutyServer : ProviderServer
{
    public const string Key = "R0123456789ABCDEF0123456789ABCDE";

    private readonly ConcurrentQueue<JsonElement> _events = new();

    private PagerDutyServer(WebhookReceiver receiver)
        : base(receiver) { }

    public string EventsUrl => $"{Root}/v2/enqueue";

    /// <summary>The events that were accepted.</summary>
    public IReadOnlyList<JsonElement> Events => [.. _events];

    /// <summary>The keys of the incidents that are open now.</summary>
    public IReadOnlyList<string> Open
    {
        get
        {
            var open = new List<string>();
            foreach (var e in Events)
            {
                var key = e.GetProperty("dedup_key").GetString()!;
                if (e.GetProperty("event_action").GetString() == "resolve")
                    open.Remove(key);
                else if (!open.Contains(key))
                    open.Add(key);
            }
            return open;
        }
    }

    public static async Task<PagerDutyServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    public static ReceiverAnswer Refuse(string error) =>
        ReceiverAnswer.Of(400, $$"""{"status":"invalid event","message":"Event object is invalid","errors":["{{error}}"]}""");

    protected override ReceiverAnswer Serve(ReceivedRequest request)
    {
        if (request.Path != "/v2/enqueue" || request.Method != "POST")
            return ReceiverAnswer.Of(404);
        if (request.Body.Length > 512 * 1024)
            return ReceiverAnswer.Of(413);
        JsonElement json;
        try
        {
            json = request.Json;
        }
        catch (JsonException)
        {
            return Refuse("JSON parse error");
        }
        if (json.GetProperty("routing_key").GetString() != Key)
            return Refuse("'routing_key' is invalid");
        if (EventsSchema.Problems(json).FirstOrDefault() is { } problem)
            return Refuse(problem);
        _events.Enqueue(json);
        return ReceiverAnswer.Of(
            202,
            $$"""{"status":"success","message":"Event processed","dedup_key":{{JsonSerializer.Serialize(json.GetProperty("dedup_key").GetString())}}}"""
        );
    }
}
