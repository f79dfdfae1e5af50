using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.GoogleChat;

/// <summary>An incoming webhook of Google Chat as its documentation describes it, over real HTTP: a key and a token, 32,000 bytes, known fields, threads by key.</summary>
public sealed partial class GoogleChatServer : ProviderServer
{
    public const string ApiToken = "sesame-0pen-T0ken_of-the_space";

    private const string Path = "/v1/spaces/AAAAspace/messages";

    // What each object of a message may hold, by the name that it stands under.
    private static readonly Dictionary<string, string[]> Fields = new()
    {
        [""] = ["fallbackText", "cardsV2", "thread"],
        ["thread"] = ["threadKey"],
        ["cardsV2"] = ["cardId", "card"],
        ["card"] = ["header", "sections"],
        ["header"] = ["title"],
        ["sections"] = ["widgets"],
        ["widgets"] = ["textParagraph", "decoratedText", "buttonList"],
        ["textParagraph"] = ["text"],
        ["decoratedText"] = ["topLabel", "text", "wrapText"],
        ["buttonList"] = ["buttons"],
        ["buttons"] = ["text", "onClick"],
        ["onClick"] = ["openLink"],
        ["openLink"] = ["url"],
    };

    private readonly ConcurrentQueue<GoogleChatMessage> _posted = new();

    private GoogleChatServer(WebhookReceiver receiver)
        : base(receiver) { }

    public string WebhookUrl => $"{Root}{Path}?key=AIzaSyExample&token={ApiToken}";

    public IReadOnlyList<GoogleChatMessage> Posted => [.. _posted];

    public static async Task<GoogleChatServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    public static ReceiverAnswer Refuse(int status, string code, string message = "no") =>
        ReceiverAnswer.Of(
            status,
            JsonSerializer.Serialize(
                new
                {
                    error = new
                    {
                        code = status,
                        message,
                        status = code,
                    },
                }
            )
        );

    protected override ReceiverAnswer Serve(ReceivedRequest request)
    {
        var (path, query) = request.Path.Split('?', 2) is [var left, var right] ? (left, right.Split('&')) : (request.Path, []);
        if (path != Path)
            return Refuse(404, "NOT_FOUND");
        if (!query.Contains("key=AIzaSyExample") || !query.Contains($"token={ApiToken}"))
            return Refuse(401, "UNAUTHENTICATED");
        if (request.Body.Length > 32_000)
            return Refuse(400, "INVALID_ARGUMENT", "Message is too long");
        if (!IsKnown("", request.Json))
            return Refuse(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unknown name");
        var replies = query.Contains("messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD");
        var key = replies && request.Json.TryGetProperty("thread", out var thread) ? thread.GetProperty("threadKey").GetString() : null;
        _posted.Enqueue(new GoogleChatMessage(key, request.Json));
        return ReceiverAnswer.Of(200, $$"""{"name":"spaces/AAAAspace/messages/m{{_posted.Count}}","sender":{},"cardsV2":[]}""");
    }

    private static bool IsKnown(string name, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => Fields.TryGetValue(name, out var fields)
                && value.EnumerateObject().All(field => fields.Contains(field.Name) && IsKnown(field.Name, field.Value)),
            JsonValueKind.Array => value.GetArrayLength() is > 0 and <= 100 && value.EnumerateArray().All(item => IsKnown(name, item)),
            JsonValueKind.String => value.GetString()!.Length > 0,
            _ => true,
        };

    /// <summary>A card's text as it is shown; null when some tag in it would act.</summary>
    public static string? Shown(string text) => Tag().IsMatch(text) ? null : WebUtility.HtmlDecode(text);

    [GeneratedRegex("[<>]|&(?!(amp|lt|gt);)")]
    private static partial Regex Tag();

    /// <summary>The elements that a card's text may have.</summary>
    [GeneratedRegex("<b>|</b>|<i>|</i>|<a href=\"(?<url>https?://[^\"<>]*)\">|</a>")]
    public static partial Regex Element();
}

/// <summary>A message as it stands in a space.</summary>
public sealed record GoogleChatMessage(string? Thread, JsonElement Json)
{
    public string Id => Json.GetProperty("cardsV2")[0].GetProperty("cardId").GetString()!;

    /// <summary>The headline without its mark.</summary>
    public string Title => Card.GetProperty("header").GetProperty("title").GetString()!.Split(' ', 2)[1];

    /// <summary>Every text that Chat reads as HTML, as it is shown; null for one in which some tag would act.</summary>
    public IEnumerable<string?> Texts =>
        Card.GetProperty("sections")[0]
            .GetProperty("widgets")
            .EnumerateArray()
            .SelectMany(widget => widget.EnumerateObject())
            .Where(widget => widget.Value.TryGetProperty("text", out _))
            .Select(widget => GoogleChatServer.Shown(widget.Value.GetProperty("text").GetString()!));

    /// <summary>All that people see, where nothing but the elements that cards know acts.</summary>
    public string Shown => string.Join('\n', [Title, .. Strings(Card.GetProperty("sections")).Select(Read)]);

    /// <summary>Where clicks lead.</summary>
    public IReadOnlyList<string> Links =>
        [
            .. Strings(Card.GetProperty("sections"))
                .SelectMany(text => GoogleChatServer.Element().Matches(text.Text))
                .Where(match => match.Groups["url"].Success)
                .Select(match => WebUtility.HtmlDecode(match.Groups["url"].Value)),
            .. Strings(Card.GetProperty("sections")).Where(text => text.Name == "url").Select(text => text.Text),
        ];

    private static string Read((string Name, string Text) text) =>
        text.Name == "text" ? GoogleChatServer.Shown(GoogleChatServer.Element().Replace(text.Text, "")) ?? "(acts)" : text.Text;

    private static IEnumerable<(string Name, string Text)> Strings(JsonElement json, string name = "") =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Strings(member.Value, member.Name)),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Strings(item, name)),
            JsonValueKind.String => [(name, json.GetString()!)],
            _ => [],
        };

    private JsonElement Card => Json.GetProperty("cardsV2")[0].GetProperty("card");
}
