using System.Globalization;
using System.Text.Json;
using Transponder.Core.Egress;

namespace Transponder.Integrations.Sinks.PubSub;

/// <summary>What Pub/Sub said to one request: taken, refused for what is in it, or failed for another reason.</summary>
/// <param name="Result">The result for each of its messages; refused counts for a single message only.</param>
/// <param name="Unauthenticated">Whether the token was not accepted.</param>
internal readonly record struct PubSubAnswer(PublishResult Result, bool Unauthenticated = false)
{
    private const int LongestText = 300;

    /// <summary>Nothing can be said of the messages.</summary>
    public static PubSubAnswer Failed(string detail, TimeSpan? retryAfter = null) => new(new(PublishOutcome.Failed, detail, retryAfter));

    /// <summary>Reads an answer.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body's beginning.</param>
    /// <param name="sent">How many messages were sent.</param>
    /// <param name="topic">The topic's whole name.</param>
    /// <param name="retryAfter">What the header of that name says.</param>
    public static PubSubAnswer Read(int status, ReadOnlyMemory<byte> body, int sent, string topic, TimeSpan? retryAfter)
    {
        var json = Parse(body);
        if (status == 200)
            return
                json.ValueKind == JsonValueKind.Object
                && json.TryGetProperty("messageIds", out var ids)
                && ids.ValueKind == JsonValueKind.Array
                && ids.GetArrayLength() == sent
                ? new(PublishResult.Confirmed)
                : Failed($"{topic}: the answer does not confirm {sent} messages; is this Pub/Sub?");

        var error = Property(json, "error");
        var (code, message) = (Text(error, "status"), Text(error, "message"));
        var said =
            $"{topic}: {(code.Length > 0 ? code : $"HTTP {status.ToString(CultureInfo.InvariantCulture)}")}{(message.Length > 0 ? $" ({message})" : "")}";
        return (code, status) switch
        {
            ("INVALID_ARGUMENT", _) when IsOfMessages(error, message) => new(new(PublishOutcome.Rejected, said)),
            (_, 413) => new(new(PublishOutcome.Rejected, $"{said}: it is too large")),
            ("NOT_FOUND", _) => Failed($"{said}: create the topic, or correct its name or project", retryAfter),
            ("PERMISSION_DENIED", _) => Failed($"{said}: grant roles/pubsub.publisher on the topic to the sink's identity", retryAfter),
            ("UNAUTHENTICATED", _) or (_, 401) => new(
                new(PublishOutcome.Failed, $"{said}: check the sink's credentials", retryAfter),
                Unauthenticated: true
            ),
            ("RESOURCE_EXHAUSTED", _) or (_, 429) => Failed(
                $"{said}: the project's quota for publishing is used up",
                retryAfter ?? RetryDelay(error)
            ),
            _ => Failed(said, retryAfter ?? RetryDelay(error)),
        };
    }

    // The same code tells of a topic's name, a key of the API or a project that is charged; none of these is a message's fault.
    private static bool IsOfMessages(JsonElement error, string message) =>
        !message.Contains("resource name", StringComparison.OrdinalIgnoreCase)
        && !Details(error)
            .Any(detail =>
                Text(detail, "reason") is ("API_KEY_INVALID" or "API_KEY_EXPIRED" or "USER_PROJECT_DENIED" or "CONSUMER_INVALID")
                || (
                    Property(detail, "fieldViolations") is { ValueKind: JsonValueKind.Array } violations
                    && violations.EnumerateArray().Any(violation => Text(violation, "field") == "topic")
                )
            );

    private static TimeSpan? RetryDelay(JsonElement error) =>
        Details(error)
            .Select(detail => Text(detail, "retryDelay"))
            .Select(text =>
                text.EndsWith('s')
                && double.TryParse(
                    text.AsSpan(0, text.Length - 1),
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var seconds
                )
                && seconds is > 0 and < 3600
                    ? TimeSpan.FromSeconds(seconds)
                    : (TimeSpan?)null
            )
            .FirstOrDefault(delay => delay is not null);

    private static List<JsonElement> Details(JsonElement error) =>
        Property(error, "details") is { ValueKind: JsonValueKind.Array } details ? [.. details.EnumerateArray()] : [];

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonElement.Parse(body.Span);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static JsonElement Property(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    private static string Text(JsonElement json, string name)
    {
        if (Property(json, name) is not { ValueKind: JsonValueKind.String } value)
            return "";
        var line = string.Concat(value.GetString()!.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length > LongestText ? line[..LongestText] + "…" : line;
    }
}
