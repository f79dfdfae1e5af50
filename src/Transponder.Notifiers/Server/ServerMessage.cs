using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Server;

/// <summary>Writes a message as the server's REST route reads it, within the server's limits. The same message gives the same bytes.</summary>
internal static class ServerMessage
{
    private const int LongestTitle = 500;
    private const int LongestBody = 32_768;
    private const int LongestName = 100;
    private const int LongestValue = 1000;
    private const int LongestUrl = 2000;
    private const int LongestKey = 128;
    private const int MostFields = 25;
    private const int MostLinks = 10;

    public static byte[] Write(Message message, string channel) =>
        JsonRequest.Write(json =>
        {
            json.WriteString("id", IdOf(message.Id));
            json.WriteString("channel", channel);
            if (!string.IsNullOrEmpty(message.Target))
                json.WriteString("target", message.Target);
            if (message.Execution is { } execution)
            {
                json.WriteStartObject("execution");
                json.WriteString("project", execution.Project);
                json.WriteString("domain", execution.Domain);
                json.WriteString("name", execution.Name);
                json.WriteEndObject();
            }
            json.WriteStartObject("content");
            WriteContent(json, message);
            json.WriteEndObject();
        });

    private static void WriteContent(Utf8JsonWriter json, Message message)
    {
        json.WriteString("title", VisibleText.Line(message.Title, LongestTitle) is { Length: > 0 } title ? title : "-");
        var body = message.Format == BodyFormat.Html ? HtmlText.FromHtml(message.Body) : message.Body;
        json.WriteString("body", VisibleText.Cut(body, LongestBody));
        json.WriteString("format", message.Format == BodyFormat.Markup ? "MARKUP" : "TEXT");
        json.WriteString(
            "severity",
            message.Severity switch
            {
                Severity.Error => "ERROR",
                Severity.Warning => "WARNING",
                _ => "INFO",
            }
        );
        json.WriteStartArray("fields");
        foreach (var field in message.Fields.Take(MostFields))
        {
            json.WriteStartObject();
            json.WriteString("name", VisibleText.Cut(field.Name, LongestName));
            json.WriteString("value", VisibleText.Cut(field.Value, LongestValue));
            json.WriteBoolean("is_long", !field.IsShort);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("links");
        foreach (var link in message.Links.Take(MostLinks))
        {
            json.WriteStartObject();
            json.WriteString("text", VisibleText.Cut(link.Text, LongestName));
            json.WriteString("url", VisibleText.Cut(link.Url, LongestUrl));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteOrigin(json, message);
    }

    private static void WriteOrigin(Utf8JsonWriter json, Message message)
    {
        var execution = message.Execution;
        // The execution's own conversation is what the server takes anyway, and the platform's notifications are in it.
        if (message.ThreadKey is { Length: > 0 } key && key != $"{execution?.Project}/{execution?.Domain}/{execution?.Name}")
            json.WriteString("thread_key", key.Length <= LongestKey ? key : Hash(key));
        if (execution?.Task is { } task)
        {
            json.WriteStartObject("task");
            json.WriteString("project", task.Project);
            json.WriteString("domain", task.Domain);
            json.WriteString("name", task.Name);
            json.WriteString("version", task.Version);
            json.WriteEndObject();
        }
        if (execution?.Attempt is { } attempt and >= 0)
            json.WriteNumber("attempt", attempt);
    }

    // An id of the task author's own making may be of any form; the server's idea of it must be the same each time.
    private static string IdOf(string id) =>
        id.Length is > 0 and <= LongestKey && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-') ? id : Hash(id);

    private static string Hash(string text) => "h" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
