using System.Globalization;

namespace Transponder.Notifiers.Pods;

/// <summary>Adds to a message's fields and links which execution it comes from, for channels that do not show it by themselves.</summary>
internal static class ExecutionFooter
{
    public static Message Append(Message message)
    {
        if (message.Execution is not { } execution)
            return message;
        return message with
        {
            Fields = [.. message.Fields, .. Facts(execution)],
            Links = execution.ConsoleUrl is { } url ? [.. message.Links, new MessageLink("Open the execution", url)] : message.Links,
        };
    }

    private static IEnumerable<MessageField> Facts(ExecutionInfo execution)
    {
        yield return new MessageField("Execution", $"{execution.Project}/{execution.Domain}/{execution.Name}");
        if (execution.Task is { } task)
            yield return new MessageField("Task", $"{task.Name} {task.Version}".TrimEnd());
        if (execution.Attempt is { } attempt and > 0)
            yield return new MessageField("Retry", attempt.ToString(CultureInfo.InvariantCulture));
    }
}
