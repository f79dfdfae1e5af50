using Transponder.Client.Executions;

namespace Transponder.Client.LaunchPlans;

/// <summary>A notification to PagerDuty, by e-mail to the service's address as Flyte has it.</summary>
/// <param name="phases">The ends that it is sent at: succeeded, failed, aborted or timed out.</param>
/// <param name="recipients">E-mail addresses, or names of Transponder's channels.</param>
/// <param name="template">The text in place of the platform's; null = the platform's.</param>
public sealed class PagerDutyNotification(IEnumerable<ExecutionPhase> phases, IEnumerable<string> recipients, string? template = null)
    : Notification(phases, recipients, template)
{
    internal override void Fill(Flyteidl.Admin.Notification notification) =>
        notification.PagerDuty = new Flyteidl.Admin.PagerDutyNotification { RecipientsEmail = { Recipients }, Template = Template ?? "" };
}
