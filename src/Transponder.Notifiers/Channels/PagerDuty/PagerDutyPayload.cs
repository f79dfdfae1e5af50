using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.PagerDuty;

/// <summary>Writes a message as an event of PagerDuty's Events API v2, within its limits. The same message gives the same bytes.</summary>
internal static class PagerDutyPayload
{
    /// <summary>The most bytes that an event may have, with room to spare below PagerDuty's 512 KB.</summary>
    public const int LargestEvent = 500_000;

    private const int LongestSummary = 1024;
    private const int LongestField = 255;
    private const int LongestValue = 2000;
    private const int MostFields = 50;
    private const int MostLinks = 20;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Message message, string routingKey, PagerDutySeverity severity)
    {
        var longest = 100_000;
        var body = WriteEvent(message, routingKey, severity, longest);
        while (body.Length > LargestEvent)
            body = WriteEvent(message, routingKey, severity, longest /= 2);
        return body;
    }

    private static byte[] WriteEvent(Message message, string routingKey, PagerDutySeverity severity, int longestText)
    {
        var resolves = message.Incident?.Action == IncidentAction.Resolve;
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("routing_key", routingKey);
            json.WriteString("event_action", resolves ? "resolve" : "trigger");
            json.WriteString("dedup_key", PagerDutyKey.Of(message.Incident?.Key ?? message.Id));
            if (!resolves)
                WriteTrigger(json, message, severity, longestText);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTrigger(Utf8JsonWriter json, Message message, PagerDutySeverity severity, int longestText)
    {
        var execution = message.Execution;
        json.WriteStartObject("payload");
        json.WriteString("summary", Line(message.Title, LongestSummary));
        json.WriteString(
            "source",
            Line(execution is null ? "transponder" : $"{execution.Project}/{execution.Domain}/{execution.Name}", LongestField)
        );
        json.WriteString("severity", Name(severity));
        json.WriteString("timestamp", Instant(message.CreatedAt));
        WriteLine(json, "component", execution?.LaunchPlan?.Name ?? execution?.Workflow?.Name);
        WriteLine(json, "group", execution is null ? null : $"{execution.Project}/{execution.Domain}");
        WriteLine(json, "class", execution?.ErrorCode ?? execution?.Phase);
        json.WritePropertyName("custom_details");
        var parts = MessageParts.Of(message, MostFields, Math.Min(longestText, LongestValue), MostLinks);
        PagerDutyDetails.Write(json, message, parts.Fields, longestText);
        json.WriteEndObject();
        json.WriteString("client", "Transponder");
        var url = WebLink.Of(execution?.ConsoleUrl);
        if (url is not null)
            json.WriteString("client_url", url);
        WriteLinks(json, url is null ? parts.Links : [new MessageLink("Open the execution", url), .. parts.Links]);
    }

    private static void WriteLinks(Utf8JsonWriter json, IReadOnlyList<MessageLink> links)
    {
        if (links.Count == 0)
            return;
        json.WriteStartArray("links");
        foreach (var (text, url) in links)
        {
            json.WriteStartObject();
            json.WriteString("href", url);
            json.WriteString("text", text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>An instant as PagerDuty reads it.</summary>
    internal static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteLine(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            json.WriteString(name, Line(text, LongestField));
    }

    private static string Line(string text, int longest)
    {
        var line = VisibleText.Line(text, longest);
        return line.Length > 0 ? line : "-";
    }

    private static string Name(PagerDutySeverity severity) =>
        severity switch
        {
            PagerDutySeverity.Critical => "critical",
            PagerDutySeverity.Error => "error",
            PagerDutySeverity.Warning => "warning",
            _ => "info",
        };
}
