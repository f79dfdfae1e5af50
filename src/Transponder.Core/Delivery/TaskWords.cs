using Transponder.Core.Executions;
using Transponder.Notifiers;
using Transponder.V1;

namespace Transponder.Core.Delivery;

/// <summary>What a stored message of a task means to channels.</summary>
internal static class TaskWords
{
    /// <summary>The conversation: the execution's own, which the platform's notifications are in too, or one of its making within the execution.</summary>
    public static string ThreadKey(ExecutionKey execution, string key) => key.Length == 0 ? execution.ToString() : $"{execution}#{key}";

    public static BodyFormat FormatOf(MessageContent content) =>
        content.Format == MessageContent.Types.Format.Markup ? BodyFormat.Markup : BodyFormat.Text;

    public static IReadOnlyList<Notifiers.MessageField> FieldsOf(MessageContent content) =>
        [.. content.Fields.Select(field => new Notifiers.MessageField(field.Name, field.Value, !field.IsLong))];

    public static IReadOnlyList<Notifiers.MessageLink> LinksOf(MessageContent content) =>
        [.. content.Links.Select(link => new Notifiers.MessageLink(link.Text, link.Url))];

    public static Severity SeverityOf(MessageContent content) =>
        content.Severity switch
        {
            MessageContent.Types.Severity.Error => Severity.Error,
            MessageContent.Types.Severity.Warning => Severity.Warning,
            _ => Severity.Info,
        };
}
