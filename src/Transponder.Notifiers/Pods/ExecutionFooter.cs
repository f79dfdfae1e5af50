using System.Text;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Pods;

/// <summary>Writes under a body which execution the message comes from, inert in each format, for channels that do not show it by themselves.</summary>
internal static class ExecutionFooter
{
    public static Message Append(Message message)
    {
        if (message.Execution is not { } execution)
            return message;
        var facts = Facts(execution);
        var body = message.Format switch
        {
            BodyFormat.Html => $"{message.Body}<p>{string.Join("<br>", facts.Select(Html))}</p>",
            BodyFormat.Mrkdwn => $"{message.Body}\n\n{string.Join('\n', facts.Select(Mrkdwn))}",
            _ => $"{message.Body}\n\n{string.Join('\n', facts)}".TrimStart('\n'),
        };
        return message with { Body = body };
    }

    private static List<string> Facts(ExecutionInfo execution)
    {
        List<string> facts = [$"Execution: {execution.Project}/{execution.Domain}/{execution.Name}"];
        if (execution.Task is { } task)
            facts.Add($"Task: {task.Name} {task.Version}".TrimEnd());
        if (execution.Attempt is { } attempt and > 0)
            facts.Add($"Retry: {attempt}");
        if (execution.ConsoleUrl is { } url)
            facts.Add(url);
        return [.. facts.Select(fact => Escaping.SingleLine(VisibleText.Of(fact)))];
    }

    private static string Html(string fact)
    {
        var output = new StringBuilder(fact.Length + 16);
        Escaping.Append(output, fact, TemplateEscape.Html);
        return output.ToString();
    }

    private static string Mrkdwn(string fact)
    {
        var output = new StringBuilder(fact.Length + 16);
        MrkdwnText.Append(output, fact);
        return output.ToString();
    }
}
