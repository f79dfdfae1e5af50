using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Pods;
using Transponder.Notifiers.Templates;

namespace Transponder.TaskTool.Sending;

/// <summary>A message as its user wrote it. Without a title the first line is it; one that is too long for that stays in the text.</summary>
internal sealed record WrittenMessage(string? Title, string Text, Severity Severity, bool IsMarkup)
{
    private const int LongestTitle = 150;

    public Message Compose(TaskContext pod)
    {
        var (title, body) = Title is { Length: > 0 } ? (Title, Text) : Split();
        return pod.Compose(title, body, Severity) with { Format = IsMarkup ? BodyFormat.Markup : BodyFormat.Text };
    }

    private (string Title, string Body) Split()
    {
        var text = Text.Trim();
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var first = end < 0 ? text : text[..end];
        var title = IsMarkup ? MarkupText.ToPlain(first).Trim() : first;
        return title.Length > LongestTitle ? (VisibleText.Cut(title, LongestTitle), text) : (title, end < 0 ? "" : text[end..].Trim());
    }
}
