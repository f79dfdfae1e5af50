using System.Collections.Concurrent;
using Flyteidl.Admin;
using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Transponder.V1;

namespace Transponder.Core.Delivery;

/// <summary>Renders deliveries. One that cannot be rendered as configured is still sent, in plain words and marked.</summary>
/// <param name="facts">Gives the values.</param>
internal sealed class MessageRenderer(ExecutionInfoFactory facts)
{
    private const string Mark = "(This message could not be rendered as configured; the delivery's record says why.)";

    private const int MostTemplates = 1000;

    private readonly ConcurrentDictionary<string, Template> templates = new(StringComparer.Ordinal);

    public RenderedMessage Render(Channel channel, ClaimedDelivery claim)
    {
        try
        {
            return new RenderedMessage(
                claim.Content is { } content
                    ? RenderOwn(channel, claim, MessageContent.Parser.ParseFrom(content))
                    : RenderConfigured(channel, claim),
                null
            );
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new RenderedMessage(RenderFallback(channel, claim), error);
        }
    }

    private Message RenderConfigured(Channel channel, ClaimedDelivery claim)
    {
        var closure = ExecutionClosure.Parser.ParseFrom(claim.Closure);
        var info = facts.Create(claim, closure);
        var body = OwnTemplate(closure, claim.Notification) is { Length: > 0 } own ? Parsed(own) : channel.Body;
        return Compose(
            channel,
            claim,
            info,
            channel.Title.Render(info, TemplateEscape.Header),
            body.Render(info, EscapeFor(channel.Format)),
            channel.Format
        );
    }

    // A task's words are its own: no template touches them, and each channel makes them harmless as it does in a pod.
    private Message RenderOwn(Channel channel, ClaimedDelivery claim, MessageContent content)
    {
        var info = facts.Create(claim, ExecutionClosure.Parser.ParseFrom(claim.Closure), content);
        var message = Compose(channel, claim, info, content.Title, content.Body, TaskWords.FormatOf(content));
        return channel.Notifier.Fit(
            message with
            {
                Fields = TaskWords.FieldsOf(content),
                Links = TaskWords.LinksOf(content),
                Severity = TaskWords.SeverityOf(content),
                ThreadKey = TaskWords.ThreadKey(claim.Execution, content.ThreadKey),
            }
        );
    }

    // Every execution of a launch plan brings the same text.
    private Template Parsed(string text)
    {
        if (templates.Count >= MostTemplates)
            templates.Clear();
        return templates.GetOrAdd(text, Template.Parse);
    }

    private Message RenderFallback(Channel channel, ClaimedDelivery claim)
    {
        var info = facts.Minimal(claim, PhaseOf(claim));
        var title = $"Execution {info.Name} has {info.Phase} in {info.Project}/{info.Domain}";
        return Compose(channel, claim, info, title, $"{title}.\n\n{Mark}\n", BodyFormat.Text);
    }

    private static Message Compose(
        Channel channel,
        ClaimedDelivery claim,
        ExecutionInfo info,
        string title,
        string body,
        BodyFormat format
    ) =>
        new()
        {
            Id = claim.DeliveryId,
            Target = claim.Target,
            Title = title,
            Body = body,
            Format = format,
            Severity = SeverityOf(info.Phase),
            ThreadKey = claim.Execution.ToString(),
            ThreadReceipt = channel.Notifier.KeepsThreads ? claim.ThreadReceipt : null,
            Incident = channel.Notifier.TracksIncidents ? claim.Incident : null,
            CreatedAt = claim.CreatedAt,
            Replay = claim.Replay,
            Execution = info,
        };

    private static string? OwnTemplate(ExecutionClosure closure, int index)
    {
        if (index < 0 || index >= closure.Notifications.Count)
            return null;
        var notification = closure.Notifications[index];
        return notification.TypeCase switch
        {
            Notification.TypeOneofCase.Email => notification.Email.Template,
            Notification.TypeOneofCase.Slack => notification.Slack.Template,
            Notification.TypeOneofCase.PagerDuty => notification.PagerDuty.Template,
            _ => null,
        };
    }

    private static WorkflowPhase PhaseOf(ClaimedDelivery claim)
    {
        try
        {
            return WorkflowExecutionEventRequest.Parser.ParseFrom(claim.Event).Event?.Phase ?? WorkflowPhase.Undefined;
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return WorkflowPhase.Undefined;
        }
    }

    /// <summary>How values are made harmless in a body of that format.</summary>
    public static TemplateEscape EscapeFor(BodyFormat format) =>
        format switch
        {
            BodyFormat.Html => TemplateEscape.Html,
            BodyFormat.Mrkdwn => TemplateEscape.Mrkdwn,
            BodyFormat.Markup => TemplateEscape.Markup,
            _ => TemplateEscape.None,
        };

    private static Severity SeverityOf(string phase) =>
        phase switch
        {
            "failed" or "timed_out" => Severity.Error,
            "aborted" => Severity.Warning,
            _ => Severity.Info,
        };
}

/// <summary>A message, and why it is the fallback; null when it is not.</summary>
internal sealed record RenderedMessage(Message Message, Exception? Failure);
