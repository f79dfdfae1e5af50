using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Discord;

/// <summary>A webhook of Discord as its documentation describes it, over real HTTP: known fields within their limits, threads that exist, an answer only with <c>wait</c>.</summary>
public sealed class DiscordServer : ProviderServer
{
    public const string Secret = "sesame-0pen-T0ken_of-the_webhook";
    public const string Thread = "112233445566778899";
    public const string LockedThread = "998877665544332211";

    private const string Path = "/api/webhooks/223704706495545344/" + Secret;

    private static readonly string[] MessageFields = ["content", "username", "embeds", "allowed_mentions"];
    private static readonly string[] EmbedFields = ["title", "description", "url", "timestamp", "color", "footer", "fields"];

    private readonly ConcurrentQueue<DiscordMessage> _posted = new();
    private readonly ConcurrentDictionary<string, JsonElement> _edited = new();

    private DiscordServer(WebhookReceiver receiver)
        : base(receiver) { }

    public string WebhookUrl => $"{Root}{Path}";

    /// <summary>What stands in Discord.</summary>
    public IReadOnlyList<DiscordMessage> Posted =>
        [.. _posted.Select(message => _edited.TryGetValue(message.Key, out var json) ? message with { Json = json } : message)];

    /// <summary>The messages that somebody has deleted, by their ids.</summary>
    public ConcurrentBag<string> Deleted { get; } = [];

    public static async Task<DiscordServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    public static ReceiverAnswer Refuse(int status, int code, string message = "no") =>
        ReceiverAnswer.Of(status, JsonSerializer.Serialize(new { message, code }));

    public static ReceiverAnswer Limit(double seconds, string message = "You are being rate limited.") =>
        ReceiverAnswer.Of(
            429,
            JsonSerializer.Serialize(
                new
                {
                    message,
                    retry_after = seconds,
                    global = false,
                }
            )
        ) with
        {
            Headers = new Dictionary<string, string>
            {
                ["Retry-After"] = Math.Floor(seconds).ToString(CultureInfo.InvariantCulture),
                ["X-RateLimit-Limit"] = "5",
                ["X-RateLimit-Remaining"] = "0",
                ["X-RateLimit-Reset-After"] = seconds.ToString(CultureInfo.InvariantCulture),
                ["X-RateLimit-Bucket"] = "abcd1234",
            },
        };

    protected override ReceiverAnswer Serve(ReceivedRequest request)
    {
        var (path, query) = request.Path.Split('?', 2) is [var left, var right] ? (left, right) : (request.Path, "");
        var edited =
            request.Method == "PATCH" && path.StartsWith($"{Path}/messages/", StringComparison.Ordinal)
                ? path[$"{Path}/messages/".Length..]
                : null;
        if (path != Path && edited is null)
            return Refuse(404, 10015, "Unknown Webhook");
        var thread = query
            .Split('&')
            .FirstOrDefault(part => part.StartsWith("thread_id=", StringComparison.Ordinal))
            ?["thread_id=".Length..];
        if (thread is not null && thread != Thread)
            return thread == LockedThread ? Refuse(400, 160005, "This thread is locked") : Refuse(404, 10003, "Unknown Channel");
        if (Problem(request.Json) is { } problem)
            return Refuse(400, 50035, problem);
        if (edited is not null)
        {
            var at = _posted.ToList().FindIndex(message => message.Key == edited && message.Thread == thread);
            if (at < 0 || Deleted.Contains(edited))
                return Refuse(404, 10008, "Unknown Message");
            _edited[edited] = request.Json;
            return ReceiverAnswer.Of(200, $$"""{"id":"{{edited}}","type":0,"content":""}""");
        }
        var key = (1100000000000000001 + _posted.Count).ToString(CultureInfo.InvariantCulture);
        _posted.Enqueue(new DiscordMessage(thread, request.Json) { Key = key });
        return query.Split('&').Contains("wait=true")
            ? ReceiverAnswer.Of(200, $$"""{"id":"{{key}}","type":0,"content":""}""")
            : ReceiverAnswer.Of(204);
    }

    private static string? Problem(JsonElement message)
    {
        if (message.EnumerateObject().Any(field => !MessageFields.Contains(field.Name)))
            return "unknown field of a message";
        if (message.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength() != 0)
            return "somebody could be mentioned";
        var embeds = message.GetProperty("embeds").EnumerateArray().ToList();
        if (embeds.Count is 0 or > 10)
            return "1 to 10 embeds";
        return embeds.Select(EmbedProblem).FirstOrDefault(problem => problem is not null)
            ?? (embeds.Sum(Size) > 6000 ? "embeds of more than 6000 characters" : null);
    }

    private static string? EmbedProblem(JsonElement embed)
    {
        if (embed.EnumerateObject().Any(field => !EmbedFields.Contains(field.Name)))
            return "unknown field of an embed";
        if (Length(embed, "title") is 0 or > 256)
            return "title of 1 to 256 characters";
        if (Length(embed, "description") > 4096 || Length(embed.GetProperty("footer"), "text") > 2048)
            return "description of at most 4096 characters, footer of at most 2048";
        var fields = embed.GetProperty("fields").EnumerateArray().ToList();
        return fields.Count > 25 || fields.Any(field => Length(field, "name") is 0 or > 256 || Length(field, "value") is 0 or > 1024)
            ? "at most 25 fields, names of 1 to 256 and values of 1 to 1024 characters"
            : null;
    }

    private static int Size(JsonElement embed) =>
        Length(embed, "title")
        + Length(embed, "description")
        + Length(embed.GetProperty("footer"), "text")
        + embed.GetProperty("fields").EnumerateArray().Sum(field => Length(field, "name") + Length(field, "value"));

    private static int Length(JsonElement json, string name) =>
        json.TryGetProperty(name, out var text) ? text.GetString()!.Trim().Length : 0;
}

/// <summary>A message as it stands in Discord.</summary>
public sealed record DiscordMessage(string? Thread, JsonElement Json)
{
    /// <summary>Discord's own id of it.</summary>
    public string Key { get; init; } = "";

    public JsonElement Embed => Json.GetProperty("embeds")[0];

    public string Id => Embed.GetProperty("footer").GetProperty("text").GetString()!;

    public string Title => Markdown.Unescape(Embed.GetProperty("title").GetString()!);

    public string Body => Embed.TryGetProperty("description", out var text) ? Markdown.Unescape(text.GetString()!) : "";

    /// <summary>Every text that Discord reads as Markdown.</summary>
    public IEnumerable<string> Texts =>
        [
            Embed.GetProperty("title").GetString()!,
            Embed.GetProperty("description").GetString()!,
            .. Embed
                .GetProperty("fields")
                .EnumerateArray()
                .SelectMany(item => new[] { item.GetProperty("name").GetString()!, item.GetProperty("value").GetString()! }),
        ];
}
