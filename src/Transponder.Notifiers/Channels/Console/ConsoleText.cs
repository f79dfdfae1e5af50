using System.Text;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Outbound;
using Transponder.Notifiers.Templates;

namespace Transponder.Notifiers.Channels.Console;

/// <summary>A message as lines for people, with nothing in them that a terminal would obey.</summary>
internal static class ConsoleText
{
    private const int LongestTitle = 500;
    private const int LongestFact = 500;

    public static string Lines(Message message)
    {
        var output = new StringBuilder();
        output.Append(Mark(message.Severity)).Append(' ').Append(VisibleText.Line(message.Title, LongestTitle)).Append('\n');
        Indent(output, MessageText.ToPlain(message));
        if (message.Execution is { } execution)
        {
            foreach (var (name, value) in ExecutionFacts.Of(execution))
                Indent(output, $"{name}: {VisibleText.Line(value, LongestFact)}");
            if (WebLink.Of(execution.ConsoleUrl) is { } url)
                Indent(output, url);
        }
        return output.ToString();
    }

    private static void Indent(StringBuilder output, string text)
    {
        foreach (var line in VisibleText.Of(text).Trim('\n').Split('\n'))
        {
            if (line.Length > 0)
                output.Append("  ").Append(line);
            output.Append('\n');
        }
    }

    private static string Mark(Severity severity) =>
        severity switch
        {
            Severity.Error => "[error]",
            Severity.Warning => "[warning]",
            _ => "[info]",
        };
}
