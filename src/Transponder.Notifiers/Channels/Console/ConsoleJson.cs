using System.Globalization;
using System.Text;
using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Console;

/// <summary>A message as one line of JSON.</summary>
internal static class ConsoleJson
{
    public static string Line(Message message) =>
        Encoding.UTF8.GetString(
            JsonRequest.Write(json =>
            {
                json.WriteString("id", Visible(message.Id));
                json.WriteString(
                    "time",
                    message.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                );
                json.WriteString("severity", Name(message.Severity));
                json.WriteString("title", Visible(message.Title));
                json.WriteString("body", Visible(MessageText.ToPlain(message with { Fields = [], Links = [] })));
                WriteParts(json, MessageParts.Of(message));
                if (message.ThreadKey is { } thread)
                    json.WriteString("thread", Visible(thread));
                if (message.Execution is { } execution)
                    WriteExecution(json, execution);
            })
        ) + "\n";

    private static void WriteParts(Utf8JsonWriter json, MessageParts parts)
    {
        if (parts.Fields.Count > 0)
        {
            json.WriteStartArray("fields");
            foreach (var field in parts.Fields)
                WritePair(json, "name", field.Name, "value", field.Value);
            json.WriteEndArray();
        }
        if (parts.Links.Count > 0)
        {
            json.WriteStartArray("links");
            foreach (var link in parts.Links)
                WritePair(json, "text", link.Text, "url", link.Url);
            json.WriteEndArray();
        }
    }

    private static void WritePair(Utf8JsonWriter json, string first, string firstValue, string second, string secondValue)
    {
        json.WriteStartObject();
        json.WriteString(first, firstValue);
        json.WriteString(second, secondValue);
        json.WriteEndObject();
    }

    private static void WriteExecution(Utf8JsonWriter json, ExecutionInfo execution)
    {
        json.WriteStartObject("execution");
        json.WriteString("project", Visible(execution.Project));
        json.WriteString("domain", Visible(execution.Domain));
        json.WriteString("name", Visible(execution.Name));
        if (execution.Phase is { Length: > 0 } phase)
            json.WriteString("phase", Visible(phase));
        if (WebLink.Of(execution.ConsoleUrl) is { } url)
            json.WriteString("console_url", url);
        json.WriteEndObject();
    }

    private static string Visible(string text) => VisibleText.Of(text);

    private static string Name(Severity severity) =>
        severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "info",
        };
}
