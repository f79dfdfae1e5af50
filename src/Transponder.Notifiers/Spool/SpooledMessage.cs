using System.Text.Json;
using Transponder.Notifiers.Outbound;

namespace Transponder.Notifiers.Spool;

/// <summary>A message on disk, with the name of its channel and nothing that opens it.</summary>
internal sealed record SpooledMessage(string Channel, Message Message)
{
    public byte[] Write() =>
        JsonRequest.Write(json =>
        {
            json.WriteString("channel", Channel);
            json.WriteString("id", Message.Id);
            Text(json, "target", Message.Target);
            json.WriteString("title", Message.Title);
            json.WriteString("body", Message.Body);
            json.WriteString("format", Message.Format.ToString());
            json.WriteString("severity", Message.Severity.ToString());
            Rows(json, "fields", Message.Fields.Select(field => (string[])[field.Name, field.Value, field.IsShort ? "short" : "long"]));
            Rows(json, "links", Message.Links.Select(link => (string[])[link.Text, link.Url]));
            Text(json, "threadKey", Message.ThreadKey);
            Text(json, "updateKey", Message.UpdateKey);
            json.WriteString("createdAt", Message.CreatedAt);
            if (Message.Incident is { } incident)
            {
                json.WriteString("incident", incident.Key);
                json.WriteString("incidentAction", incident.Action.ToString());
            }
            if (Message.Execution is { } execution)
                Write(json, execution);
        });

    /// <summary>Reads a file's bytes; null when they are not a message.</summary>
    public static SpooledMessage? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            return new SpooledMessage(
                Required(root, "channel"),
                new Message
                {
                    Id = Required(root, "id"),
                    Target = Text(root, "target"),
                    Title = Required(root, "title"),
                    Body = Required(root, "body"),
                    Format = Enum.Parse<BodyFormat>(Required(root, "format")),
                    Severity = Enum.Parse<Severity>(Required(root, "severity")),
                    Fields = [.. Rows(root, "fields").Select(row => new MessageField(row[0], row[1], row[2] == "short"))],
                    Links = [.. Rows(root, "links").Select(row => new MessageLink(row[0], row[1]))],
                    ThreadKey = Text(root, "threadKey"),
                    UpdateKey = Text(root, "updateKey"),
                    CreatedAt = root.GetProperty("createdAt").GetDateTimeOffset(),
                    Incident = Text(root, "incident") is { } key
                        ? new Incident(key, Enum.Parse<IncidentAction>(Required(root, "incidentAction")))
                        : null,
                    Execution = root.TryGetProperty("execution", out var execution) ? ReadExecution(execution) : null,
                }
            );
        }
        catch (Exception error)
            when (error
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
                        or IndexOutOfRangeException
            )
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, ExecutionInfo execution)
    {
        json.WriteStartObject("execution");
        json.WriteString("project", execution.Project);
        json.WriteString("domain", execution.Domain);
        json.WriteString("name", execution.Name);
        json.WriteString("phase", execution.Phase);
        Text(json, "consoleUrl", execution.ConsoleUrl);
        if (execution.Attempt is { } attempt)
            json.WriteNumber("attempt", attempt);
        if (execution.Task is { } task)
        {
            json.WriteStartObject("task");
            json.WriteString("project", task.Project);
            json.WriteString("domain", task.Domain);
            json.WriteString("name", task.Name);
            json.WriteString("version", task.Version);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static ExecutionInfo ReadExecution(JsonElement json) =>
        new()
        {
            Project = Required(json, "project"),
            Domain = Required(json, "domain"),
            Name = Required(json, "name"),
            Phase = Required(json, "phase"),
            ConsoleUrl = Text(json, "consoleUrl"),
            Attempt = json.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : null,
            Task = json.TryGetProperty("task", out var task)
                ? new EntityInfo(Required(task, "project"), Required(task, "domain"), Required(task, "name"), Required(task, "version"))
                : null,
        };

    private static void Rows(Utf8JsonWriter json, string name, IEnumerable<string[]> rows)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            json.WriteStartArray();
            foreach (var cell in row)
                json.WriteStringValue(cell);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static List<string[]> Rows(JsonElement json, string name)
    {
        var rows = new List<string[]>();
        foreach (var row in json.GetProperty(name).EnumerateArray())
        {
            var cells = new List<string>();
            foreach (var cell in row.EnumerateArray())
                cells.Add(cell.GetString() ?? "");
            rows.Add([.. cells]);
        }
        return rows;
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static string Required(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
}
