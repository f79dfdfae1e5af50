using System.Collections.Concurrent;
using System.Text.Json;
using Transponder.Tests.Rig;

namespace Transponder.Tests.Notifiers.Channels.Teams;

/// <summary>A workflow that posts to Teams, as Microsoft documents it: a signed URL, at most 28 KB, cards of known elements only, 202 for whatever it takes.</summary>
public sealed class TeamsServer : ProviderServer
{
    public const string Signature = "sesame0penTheWorkflowsDoor";

    private const int LargestMessage = 28 * 1024;

    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["AdaptiveCard"] = ["type", "version", "$schema", "fallbackText", "body", "actions"],
        ["TextBlock"] = ["type", "id", "text", "size", "weight", "color", "wrap", "fontType"],
        ["FactSet"] = ["type", "facts"],
        ["Action.OpenUrl"] = ["type", "title", "url"],
    };

    private readonly ConcurrentQueue<JsonElement> _cards = new();

    private TeamsServer(WebhookReceiver receiver)
        : base(receiver) { }

    public string WebhookUrl =>
        $"{Root}/workflows/0a1b/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers&sv=1.0&sig={Signature}";

    /// <summary>The cards that were taken.</summary>
    public IReadOnlyList<JsonElement> Cards => [.. _cards];

    public static async Task<TeamsServer> StartAsync() => new(await WebhookReceiver.StartAsync());

    public static ReceiverAnswer Refuse(int status, string code, string message = "no") =>
        ReceiverAnswer.Of(status, $$$"""{"error":{"code":"{{{code}}}","message":"{{{message}}}"}}""");

    /// <summary>Every text of a card that is read as Markdown.</summary>
    public static IEnumerable<string> Texts(JsonElement card) =>
        card.GetProperty("body")
            .EnumerateArray()
            .SelectMany(block =>
                block.TryGetProperty("facts", out var facts)
                    ? facts.EnumerateArray().SelectMany(fact => new[] { fact.GetProperty("title"), fact.GetProperty("value") })
                    : [block.GetProperty("text")]
            )
            .Select(text => text.GetString()!);

    protected override ReceiverAnswer Serve(ReceivedRequest request)
    {
        if (!request.Path.EndsWith($"sig={Signature}", StringComparison.Ordinal))
            return Refuse(401, "DirectApiAuthorizationRequired");
        if (request.Body.Length > LargestMessage)
            return Refuse(413, "RequestEntityTooLarge");
        try
        {
            if (request.Json.GetProperty("type").GetString() != "message")
                return Refuse(400, "InvalidTemplate");
            var attachment = request.Json.GetProperty("attachments").EnumerateArray().Single();
            var card = attachment.GetProperty("content");
            if (attachment.GetProperty("contentType").GetString() != "application/vnd.microsoft.card.adaptive" || !IsCard(card))
                return Refuse(400, "InvalidTemplate");
            _cards.Enqueue(card);
            return ReceiverAnswer.Of(202) with
            {
                Headers = new Dictionary<string, string> { ["x-ms-workflow-run-id"] = $"08584{_cards.Count}CU00" },
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Refuse(400, "TriggerInputSchemaMismatch");
        }
    }

    private static bool IsCard(JsonElement card) =>
        IsKnown(card)
        && card.GetProperty("version").GetString() == "1.5"
        && card.GetProperty("body").EnumerateArray().All(IsKnown)
        && (!card.TryGetProperty("actions", out var actions) || actions.EnumerateArray().All(IsKnown));

    private static bool IsKnown(JsonElement element) =>
        Fields.TryGetValue(element.GetProperty("type").GetString()!, out var fields)
        && element.EnumerateObject().All(field => fields.Contains(field.Name));
}
