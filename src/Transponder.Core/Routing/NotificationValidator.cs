using Flyteidl.Admin;
using Transponder.Core.Catalog;

namespace Transponder.Core.Routing;

/// <summary>What the notifications of a launch plan or an execution may say; whatever is wrong is answered at once, naming the item.</summary>
public sealed class NotificationValidator
{
    private readonly Func<string, string?> checkAddress;
    private readonly Func<string, IReadOnlyList<string>> unknownTokens;
    private readonly Action<string>? warn;

    /// <summary>Makes a validator.</summary>
    /// <param name="checkAddress">Says what is wrong with an address; null when it is fine (<see cref="AddressBook.Check"/>).</param>
    /// <param name="warn">Null when an address or template that cannot work is an error; else it takes the warning, and the item is accepted.</param>
    public NotificationValidator(Func<string, string?> checkAddress, Action<string>? warn = null)
    {
        this.checkAddress = checkAddress;
        this.warn = warn;
        unknownTokens = text => Notifiers.Templates.Template.Parse(text).UnknownTokens;
    }

    /// <summary>Throws <see cref="Protocol.StatusCode.InvalidArgument"/> naming the first item that is wrong.</summary>
    /// <param name="notifications">The notifications.</param>
    /// <param name="field">Their place in the request.</param>
    public void Check(IEnumerable<Notification> notifications, string field)
    {
        ArgumentNullException.ThrowIfNull(notifications);
        var index = 0;
        foreach (var notification in notifications)
            Check(notification, $"{field}[{index++}]");
    }

    private void Check(Notification notification, string item)
    {
        var (type, recipients, template) = notification.TypeCase switch
        {
            Notification.TypeOneofCase.Email => ("email", notification.Email.RecipientsEmail, notification.Email.Template),
            Notification.TypeOneofCase.PagerDuty => ("pager_duty", notification.PagerDuty.RecipientsEmail, notification.PagerDuty.Template),
            Notification.TypeOneofCase.Slack => ("slack", notification.Slack.RecipientsEmail, notification.Slack.Template),
            _ => throw IdentifierRules.Invalid($"invalid value for notification type: {item} has none of email, pager_duty and slack"),
        };
        if (recipients.Count == 0)
            throw IdentifierRules.Invalid($"missing recipients: {item}.{type}.recipients_email is empty");
        for (var i = 0; i < recipients.Count; i++)
        {
            var recipient = $"{item}.{type}.recipients_email[{i}]";
            if (recipients[i].Length == 0)
                throw IdentifierRules.Invalid($"missing recipient: {recipient} is empty");
            if (checkAddress(recipients[i]) is { } problem)
                Refuse($"{recipient}: {problem}");
        }
        for (var i = 0; i < notification.Phases.Count; i++)
        {
            if (!IsTerminal(notification.Phases[i]))
                throw IdentifierRules.Invalid(
                    $"invalid value for phase: {item}.phases[{i}] is {Name(notification.Phases[i])}; allowed are SUCCEEDED, FAILED, ABORTED and TIMED_OUT"
                );
        }
        if (unknownTokens(template) is { Count: > 0 } unknown)
            Refuse($"{item}.{type}.template: unknown {(unknown.Count == 1 ? "token" : "tokens")} {string.Join(", ", unknown)}");
    }

    private void Refuse(string problem)
    {
        if (warn is null)
            throw IdentifierRules.Invalid(problem);
        warn(problem);
    }

    private static bool IsTerminal(WorkflowPhase phase) =>
        phase is WorkflowPhase.Succeeded or WorkflowPhase.Failed or WorkflowPhase.Aborted or WorkflowPhase.TimedOut;

    private static string Name(WorkflowPhase phase) =>
        System.Enum.IsDefined(phase)
            ? phase.ToString().ToUpperInvariant()
            : ((int)phase).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
