using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Channels.Webhook;

/// <summary>Writes a message as the webhook's JSON. The same message gives the same bytes, so every attempt and replay has one body.</summary>
internal static class WebhookPayload
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>What the message is about: <c>notification.</c> and the execution's phase.</summary>
    public static string TypeOf(Message message) => message.Execution is { } execution ? $"notification.{execution.Phase}" : "notification";

    public static byte[] Write(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("id", message.Id);
            json.WriteString("type", TypeOf(message));
            json.WriteString("createdAt", message.CreatedAt.UtcDateTime);
            json.WriteString("title", message.Title);
            json.WriteString("body", message.Body);
            json.WriteString("bodyFormat", FormatName(message.Format));
            if (message.Format == BodyFormat.Markup)
                json.WriteString("text", MarkupText.ToPlain(message.Body));
            json.WriteString("severity", SeverityName(message.Severity));
            // A receiver may make a link of it without looking.
            var dead = message.Links.Where(link => WebLink.Of(link.Url) is null).ToList();
            WriteFields(json, [.. message.Fields, .. dead.Select(link => new MessageField(link.Text, link.Url, IsShort: false))]);
            WriteLinks(json, [.. message.Links.Except(dead)]);
            if (message.Execution is { } execution)
                WriteExecution(json, execution);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<MessageField> fields)
    {
        if (fields.Count == 0)
            return;
        json.WriteStartArray("fields");
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("value", field.Value);
            json.WriteBoolean("short", field.IsShort);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, IReadOnlyList<MessageLink> links)
    {
        if (links.Count == 0)
            return;
        json.WriteStartArray("links");
        foreach (var link in links)
        {
            json.WriteStartObject();
            json.WriteString("text", link.Text);
            json.WriteString("url", WebLink.Of(link.Url));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string FormatName(BodyFormat format) =>
        format switch
        {
            BodyFormat.Html => "html",
            BodyFormat.Markup => "markup",
            _ => "text",
        };

    private static void WriteExecution(Utf8JsonWriter json, ExecutionInfo execution)
    {
        json.WriteStartObject("execution");
        json.WriteString("project", execution.Project);
        json.WriteString("domain", execution.Domain);
        json.WriteString("name", execution.Name);
        json.WriteString("phase", execution.Phase);
        WriteEntity(json, "workflow", execution.Workflow);
        WriteEntity(json, "launchPlan", execution.LaunchPlan);
        WriteEntity(json, "task", execution.Task);
        if (execution.Attempt is { } attempt)
            json.WriteNumber("attempt", attempt);
        if (execution.ErrorMessage is not null || execution.ErrorCode is not null || execution.ErrorKind is not null)
        {
            json.WriteStartObject("error");
            WriteText(json, "code", execution.ErrorCode);
            WriteText(json, "kind", execution.ErrorKind);
            WriteText(json, "message", execution.ErrorMessage);
            json.WriteEndObject();
        }
        WriteInstant(json, "startedAt", execution.StartedAt);
        WriteInstant(json, "endedAt", execution.EndedAt);
        if (execution.Duration is { } duration)
            json.WriteNumber("durationSeconds", Math.Round(duration.TotalSeconds, 3));
        if (execution.AbortCause is not null || execution.AbortPrincipal is not null)
        {
            json.WriteStartObject("abort");
            WriteText(json, "cause", execution.AbortCause);
            WriteText(json, "principal", execution.AbortPrincipal);
            json.WriteEndObject();
        }
        WriteText(json, "cluster", execution.Cluster);
        WriteText(json, "consoleUrl", execution.ConsoleUrl);
        json.WriteStartObject("labels");
        foreach (var (key, value) in execution.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEntity(Utf8JsonWriter json, string name, EntityInfo? entity)
    {
        if (entity is null)
            return;
        json.WriteStartObject(name);
        json.WriteString("project", entity.Project);
        json.WriteString("domain", entity.Domain);
        json.WriteString("name", entity.Name);
        json.WriteString("version", entity.Version);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } instant)
            json.WriteString(name, instant.UtcDateTime);
    }

    private static string SeverityName(Severity severity) =>
        severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "info",
        };
}
