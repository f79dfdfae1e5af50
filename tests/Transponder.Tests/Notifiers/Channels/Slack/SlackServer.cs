using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Slack;

/// <summary>
/// Slack as its documentation describes it, over real HTTP: the Web API's <c>chat.postMessage</c> and <c>chat.update</c> with their token, limits
/// and threads under <c>/api</c>, and an incoming webhook under <c>/services</c>.
/// </summary>
public sealed class SlackServer : ProviderServer
{
    public const string Token = "xoxb-0123456789-sesame-0pen";
    public const string WebhookPath = "/services/T0AAAAAAA/B0AAAAAAA/sesame-0pen-hook";

    private readonly ConcurrentQueue<PostedMessage> _posted = new();
    private readonly ConcurrentBag<string> _deleted = [];
    private readonly ConcurrentDictionary<string, JsonElement> _updated = new();
    private int _count;

    private SlackServer(WebhookReceiver receiver)
        : base(receiver) { }

    public string ApiUrl => Root + "/api";

    public string WebhookUrl => Root + WebhookPath;

    /// <summary>What stands in Slack's channels.</summary>
    public IReadOnlyList<PostedMessage> Posted =>
        [.. _posted.Select(p => _updated.TryGetValue(p.Ts, out var json) ? p with { Json = json } : p)];

    /// <summary>Whether messages are closed to changes, as a workspace's settings may say.</summary>
    public bool Frozen { get; set; }

    /// <summary>The channels that exist, by name, with their ids.</summary>
    public Dictionary<string, string> Channels { get; } =
        new()
        {
            ["#alerts"] = "C0ALERTS",
            ["#ops"] = "C0OPS",
            ["@ada"] = "D0ADA",
        };

    public static async Task<SlackServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    /// <summary>A message that a person deletes takes its thread along.</summary>
    public void Delete(string ts) => _deleted.Add(ts);

    protected override ReceiverAnswer Serve(ReceivedRequest request) =>
        request.Path switch
        {
            "/api/chat.postMessage" => Api(request),
            "/api/chat.update" => Update(request),
            WebhookPath => Webhook(request),
            _ => ReceiverAnswer.Of(404, "no_service"),
        };

    private ReceiverAnswer Webhook(ReceivedRequest request)
    {
        if (Read(request) is not { } json)
            return ReceiverAnswer.Of(400, "invalid_payload");
        if (json.TryGetProperty("channel", out _) || json.TryGetProperty("thread_ts", out _))
            return ReceiverAnswer.Of(400, "invalid_payload");
        if (BlockKit.Problem(json) is { } problem)
            return ReceiverAnswer.Of(400, problem);
        Keep(json, "C0HOOK", null);
        return ReceiverAnswer.Of(200, "ok");
    }

    private ReceiverAnswer Api(ReceivedRequest request)
    {
        if (request.Header("Authorization") != $"Bearer {Token}")
            return Error("invalid_auth");
        if (Read(request) is not { } json)
            return Error("invalid_json");
        var name = json.GetProperty("channel").GetString()!;
        if (!Channels.TryGetValue(name, out var id) && !Channels.ContainsValue(name))
            return Error("channel_not_found");
        id ??= name;
        var thread = json.TryGetProperty("thread_ts", out var ts) ? ts.GetString() : null;
        if (thread is not null && !_posted.Any(p => p.Channel == id && p.Ts == thread && !_deleted.Contains(p.Ts)))
            return Error("thread_not_found");
        if (BlockKit.Problem(json) is { } problem)
            return Error(problem);
        var posted = Keep(json, id, thread);
        return ReceiverAnswer.Of(200, $$"""{"ok":true,"channel":"{{id}}","ts":"{{posted.Ts}}","message":{},"warning":"missing_charset"}""");
    }

    private ReceiverAnswer Update(ReceivedRequest request)
    {
        if (request.Header("Authorization") != $"Bearer {Token}")
            return Error("invalid_auth");
        if (Read(request) is not { } json)
            return Error("invalid_json");
        var (channel, ts) = (json.GetProperty("channel").GetString()!, json.GetProperty("ts").GetString()!);
        if (!Channels.ContainsValue(channel))
            return Error("channel_not_found");
        if (!_posted.Any(p => p.Channel == channel && p.Ts == ts) || _deleted.Contains(ts))
            return Error("message_not_found");
        if (Frozen)
            return Error("cant_update_message");
        if (json.EnumerateObject().Any(field => field.Name is not ("channel" or "ts" or "text" or "blocks" or "parse" or "link_names")))
            return Error("invalid_arguments");
        if (BlockKit.Problem(json) is { } problem)
            return Error(problem);
        _updated[ts] = json;
        return ReceiverAnswer.Of(200, $$$"""{"ok":true,"channel":"{{{channel}}}","ts":"{{{ts}}}","text":"","message":{}}""");
    }

    private PostedMessage Keep(JsonElement json, string channel, string? thread)
    {
        var number = Interlocked.Increment(ref _count);
        var posted = new PostedMessage(channel, string.Create(CultureInfo.InvariantCulture, $"1700000000.{number:000000}"), thread, json);
        _posted.Enqueue(posted);
        return posted;
    }

    private static JsonElement? Read(ReceivedRequest request)
    {
        try
        {
            return request.Header("Content-Type").StartsWith("application/json", StringComparison.Ordinal) ? request.Json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static ReceiverAnswer Error(string code) => ReceiverAnswer.Of(200, $$"""{"ok":false,"error":"{{code}}"}""");
}

/// <summary>A message as it stands in Slack.</summary>
public sealed record PostedMessage(string Channel, string Ts, string? Thread, JsonElement Json)
{
    public JsonElement[] Blocks => [.. Json.GetProperty("blocks").EnumerateArray()];

    /// <summary>The headline without its mark.</summary>
    public string Title => TextOf(Blocks[0])[(TextOf(Blocks[0]).IndexOf(' ') + 1)..];

    /// <summary>The sections, as written.</summary>
    public string Body =>
        string.Join(
            '\n',
            Blocks.Where(b => b.TryGetProperty("text", out _) && b.GetProperty("type").GetString() == "section").Select(TextOf)
        );

    public string Id => Blocks[0].GetProperty("block_id").GetString()!;

    private static string TextOf(JsonElement block) => block.GetProperty("text").GetProperty("text").GetString()!;
}
