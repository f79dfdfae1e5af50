using System.Text.Json;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.PagerDuty;

/// <summary>Writes an event's <c>custom_details</c>: all that is known of the execution, long texts cut.</summary>
internal static class PagerDutyDetails
{
    private const int MostLabels = 100;

    public static void Write(Utf8JsonWriter json, Message message, IReadOnlyList<MessageField> fields, int longestText)
    {
        json.WriteStartObject();
        WriteText(json, "id", message.Id, longestText);
        WriteText(json, "body", message.Format == BodyFormat.Markup ? MarkupText.ToPlain(message.Body) : message.Body, longestText);
        WriteFields(json, fields);
        if (message.Replay)
            json.WriteBoolean("replay", true);
        if (message.Execution is { } execution)
            WriteExecution(json, execution, longestText);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, IReadOnlyList<MessageField> fields)
    {
        if (fields.Count == 0)
            return;
        json.WriteStartObject("fields");
        // One name's values stand together: an object has each name once.
        foreach (var values in fields.GroupBy(field => field.Name, StringComparer.Ordinal))
            json.WriteString(values.Key, string.Join('\n', values.Select(field => field.Value)));
        json.WriteEndObject();
    }

    private static void WriteExecution(Utf8JsonWriter json, ExecutionInfo execution, int longestText)
    {
        WriteText(json, "project", execution.Project, longestText);
        WriteText(json, "domain", execution.Domain, longestText);
        WriteText(json, "execution", execution.Name, longestText);
        WriteText(json, "phase", execution.Phase, longestText);
        WriteText(json, "workflow", NameOf(execution.Workflow), longestText);
        WriteText(json, "launch_plan", NameOf(execution.LaunchPlan), longestText);
        WriteText(json, "task", NameOf(execution.Task), longestText);
        if (execution.Attempt is { } attempt)
            json.WriteNumber("attempt", attempt);
        WriteText(json, "error_code", execution.ErrorCode, longestText);
        WriteText(json, "error_kind", execution.ErrorKind, longestText);
        WriteText(json, "error_message", execution.ErrorMessage, longestText);
        WriteText(json, "abort_cause", execution.AbortCause, longestText);
        WriteText(json, "abort_principal", execution.AbortPrincipal, longestText);
        WriteInstant(json, "started_at", execution.StartedAt);
        WriteInstant(json, "ended_at", execution.EndedAt);
        if (execution.Duration is { } duration)
            json.WriteString("duration", TemplateTokens.Human(duration));
        WriteText(json, "cluster", execution.Cluster, longestText);
        WriteText(json, "console_url", execution.ConsoleUrl, longestText);
        if (execution.Labels.Count == 0)
            return;
        json.WriteStartObject("labels");
        foreach (var (key, value) in execution.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Take(MostLabels))
            WriteText(json, key, value, Math.Min(longestText, 1000));
        json.WriteEndObject();
    }

    private static string? NameOf(EntityInfo? entity) =>
        entity is null ? null : $"{entity.Project}/{entity.Domain}/{entity.Name} {entity.Version}";

    private static void WriteText(Utf8JsonWriter json, string name, string? text, int longest)
    {
        if (text is not null)
            json.WriteString(name, VisibleText.Cut(VisibleText.Of(text), longest));
    }

    private static void WriteInstant(Utf8JsonWriter json, string name, DateTimeOffset? instant)
    {
        if (instant is { } known)
            json.WriteString(name, PagerDutyPayload.Instant(known));
    }
}
