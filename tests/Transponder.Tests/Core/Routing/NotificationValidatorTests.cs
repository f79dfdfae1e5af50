using Flyteidl.Admin;
using Transponder.Core.Routing;
using Transponder.Protocol;
using Xunit;

namespace Transponder.Tests.Core.Routing;

public sealed class NotificationValidatorTests
{
    private static readonly Func<string, string?> Addresses = address =>
        address.EndsWith('@') ? $"\"{address}\" is not an e-mail address: no domain" : null;

    public static TheoryData<string, Notification> Wrong =>
        new()
        {
            {
                "invalid value for notification type: n[0]",
                new Notification { Phases = { WorkflowPhase.Failed } }
            },
            { "missing recipients: n[0].email.recipients_email", Email() },
            { "missing recipient: n[0].email.recipients_email[1]", Email("a@b.c", "") },
            { "n[0].email.recipients_email[1]: \"x@\" is not an e-mail address", Email("a@b.c", "x@") },
            {
                "n[0].slack.recipients_email[0]: \"y@\"",
                new Notification { Slack = new SlackNotification { RecipientsEmail = { "y@" } } }
            },
            {
                "n[0].pager_duty.recipients_email[0]: \"z@\"",
                new Notification { PagerDuty = new PagerDutyNotification { RecipientsEmail = { "z@" } } }
            },
            { "invalid value for phase: n[0].phases[0] is RUNNING", Phase(WorkflowPhase.Running) },
            { "invalid value for phase: n[0].phases[0] is UNDEFINED", Phase(WorkflowPhase.Undefined) },
            { "invalid value for phase: n[0].phases[0] is ABORTING", Phase(WorkflowPhase.Aborting) },
            { "invalid value for phase: n[0].phases[0] is 77", Phase((WorkflowPhase)77) },
            { "n[0].email.template: unknown token {{ nope }}", Template("{{ name }} {{ nope }}") },
            { "n[0].email.template: unknown tokens {{ no }}, {{nope}}", Template("{{ no }} {{nope}}") },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void WrongNotification_Checked_IsNamed(string message, Notification notification)
    {
        var failure = Assert.Throws<RpcException>(() => new NotificationValidator(Addresses).Check([notification], "n"));

        Assert.Equal(StatusCode.InvalidArgument, failure.Code);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SecondNotification_IsNamedByItsIndex()
    {
        var failure = Assert.Throws<RpcException>(() => new NotificationValidator(Addresses).Check([Email("a@b.c"), Email("x@")], "n"));

        Assert.StartsWith("n[1].email.recipients_email[0]:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TerminalPhases_NoPhases_AndKnownTokens_AreFine()
    {
        var validator = new NotificationValidator(Addresses);
        var all = Email("a@b.c");
        all.Phases.Add([
            WorkflowPhase.Succeeded,
            WorkflowPhase.Failed,
            WorkflowPhase.Aborted,
            WorkflowPhase.TimedOut,
            WorkflowPhase.Failed,
        ]);

        validator.Check([all, Email("a@b.c"), Template("{{ project }} {{launch_plan.name}}")], "n");
    }

    [Fact]
    public void Lenient_WarnsOfAddressesAndTokens_ButKeepsFlytesOwnRules()
    {
        var warnings = new List<string>();
        var validator = new NotificationValidator(Addresses, warnings.Add);
        var bad = Template("{{ nope }}");
        bad.Email.RecipientsEmail[0] = "x@";

        validator.Check([bad], "n");

        Assert.Equal(2, warnings.Count);
        Assert.Throws<RpcException>(() => validator.Check([Email()], "n"));
        Assert.Throws<RpcException>(() => validator.Check([Phase(WorkflowPhase.Running)], "n"));
    }

    private static Notification Email(params string[] recipients) =>
        new() { Email = new EmailNotification { RecipientsEmail = { recipients } } };

    private static Notification Phase(WorkflowPhase phase)
    {
        var notification = Email("a@b.c");
        notification.Phases.Add(phase);
        return notification;
    }

    private static Notification Template(string template)
    {
        var notification = Email("a@b.c");
        notification.Email.Template = template;
        return notification;
    }
}
