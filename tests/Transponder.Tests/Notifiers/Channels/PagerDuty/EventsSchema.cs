using System.Globalization;
using System.Text.Json;

namespace Transponder.Tests.Notifiers.Channels.PagerDuty;

/// <summary>What PagerDuty's documentation says of an event: which fields there are, of what type, which must be there, how long they may be.</summary>
internal static class EventsSchema
{
    private static readonly string[] TopFields =
    [
        "payload",
        "routing_key",
        "event_action",
        "dedup_key",
        "client",
        "client_url",
        "links",
        "images",
    ];

    private static readonly string[] PayloadFields =
    [
        "summary",
        "timestamp",
        "severity",
        "source",
        "component",
        "group",
        "class",
        "custom_details",
    ];

    public static IEnumerable<string> Problems(JsonElement e)
    {
        foreach (var field in e.EnumerateObject().Where(field => !TopFields.Contains(field.Name)))
            yield return $"{field.Name} is no field of an event";
        if (Text(e, "routing_key") is not { Length: 32 })
            yield return "routing_key must have 32 characters";
        var action = Text(e, "event_action");
        if (action is not ("trigger" or "acknowledge" or "resolve"))
            yield return "event_action is none of the three";
        if (Text(e, "dedup_key") is { Length: > 255 } || (action != "trigger" && Text(e, "dedup_key") is null))
            yield return "dedup_key must be there and have at most 255 characters";
        if (e.TryGetProperty("client_url", out var url) && !Uri.IsWellFormedUriString(url.GetString(), UriKind.Absolute))
            yield return "client_url is not a URL";
        if (
            e.TryGetProperty("links", out var links)
            && links.EnumerateArray().Any(l => !Uri.IsWellFormedUriString(Text(l, "href"), UriKind.Absolute))
        )
            yield return "a link has no href";
        if (action != "trigger")
            yield break;
        if (!e.TryGetProperty("payload", out var payload))
        {
            yield return "payload is missing";
            yield break;
        }
        foreach (var problem in PayloadProblems(payload))
            yield return problem;
    }

    private static IEnumerable<string> PayloadProblems(JsonElement payload)
    {
        foreach (var field in payload.EnumerateObject().Where(field => !PayloadFields.Contains(field.Name)))
            yield return $"{field.Name} is no field of a payload";
        if (Text(payload, "summary") is not { Length: > 0 and <= 1024 })
            yield return "summary must have 1 to 1024 characters";
        if (Text(payload, "source") is not { Length: > 0 })
            yield return "source is missing";
        if (Text(payload, "severity") is not ("critical" or "error" or "warning" or "info"))
            yield return "severity is none of the four";
        if (Text(payload, "timestamp") is { } time && !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out _))
            yield return "timestamp is not ISO 8601";
        if (payload.TryGetProperty("custom_details", out var details) && details.ValueKind != JsonValueKind.Object)
            yield return "custom_details is not an object";
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
