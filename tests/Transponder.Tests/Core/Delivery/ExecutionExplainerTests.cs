using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Notifiers;
using Xunit;

namespace Transponder.Tests.Core.Delivery;

public sealed class ExecutionExplainerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(NotificationSource.LaunchPlan, "1 notification from its launch plan")]
    [InlineData(NotificationSource.Execution, "1 notification from the execution's own list, which replaces its launch plan's")]
    [InlineData(NotificationSource.Disabled, "none: the execution disabled all notifications")]
    [InlineData(NotificationSource.None, "none: neither the execution nor its launch plan asks for any")]
    public void Explain_Source_IsSaid(NotificationSource source, string summary) =>
        Assert.Equal(summary, Explain(WorkflowPhase.Running, [WorkflowPhase.Failed], source).Summary);

    [Theory]
    [InlineData(WorkflowPhase.Running, false, "execution is RUNNING, not terminal yet")]
    [InlineData(WorkflowPhase.Aborting, false, "execution is ABORTING, not terminal yet")]
    [InlineData(WorkflowPhase.Succeeded, false, "phase SUCCEEDED is not in [FAILED, TIMED_OUT]")]
    [InlineData(WorkflowPhase.TimedOut, true, "phase TIMED_OUT is in [FAILED, TIMED_OUT]")]
    public void Explain_Phase_MatchesOrSaysWhyNot(WorkflowPhase phase, bool matched, string reason)
    {
        var notification = Assert.Single(Explain(phase, [WorkflowPhase.Failed, WorkflowPhase.TimedOut]).Notifications);

        Assert.Equal((matched, reason, "slack"), (notification.Matched, notification.Reason, notification.Type));
    }

    [Fact]
    public void Explain_NoPhases_NeverFires() =>
        Assert.Equal("it names no phase, so it never fires", Explain(WorkflowPhase.Failed, []).Notifications[0].Reason);

    [Fact]
    public void Explain_MappedAddress_NamesWhatItBecame()
    {
        var explained = Explain(
            WorkflowPhase.Failed,
            [WorkflowPhase.Failed],
            deliveries: [Delivery(DeliveryState.Pending, "audit", null), Delivery(DeliveryState.Pending, "email", "lead@example.com")]
        );

        var address = explained.Notifications[0].Addresses[0];
        Assert.Equal("recipients maps it to audit, lead@example.com", address.Resolution);
        Assert.Equal(2, address.Deliveries.Count);
        Assert.Equal(
            "nothing of its own: another address of this notification reaches the same target",
            explained.Notifications[0].Addresses[1].Resolution
        );
    }

    [Fact]
    public void Explain_PlainAddress_IsReachedAsWritten() =>
        Assert.Equal(
            "as written, by channel email",
            Explain(
                WorkflowPhase.Failed,
                [WorkflowPhase.Failed],
                deliveries: [Delivery(DeliveryState.Pending, "email", "oncall@example.com")]
            )
                .Notifications[0]
                .Addresses[0]
                .Resolution
        );

    [Theory]
    [InlineData(DeliveryState.Pending, DeliveryReason.Ok, 0, "waits for its first attempt")]
    [InlineData(DeliveryState.Sending, DeliveryReason.Ok, 1, "is being sent (attempt 2)")]
    [InlineData(
        DeliveryState.Retrying,
        DeliveryReason.ServerError,
        2,
        "attempt 2 failed (server_error: said so); the next one is due at 2026-01-02T03:05:05Z"
    )]
    [InlineData(
        DeliveryState.Parked,
        DeliveryReason.AuthFailed,
        1,
        "waits: its destination is parked (auth_failed) until it is repaired and a replay or a probe resumes it"
    )]
    [InlineData(DeliveryState.Delivered, DeliveryReason.Ok, 1, "was accepted at 2026-01-02T03:04:06Z, on attempt 1: said so")]
    [InlineData(
        DeliveryState.Dead,
        DeliveryReason.RecipientRejected,
        1,
        "is given up after 1 attempt (recipient_rejected: said so); it can be replayed"
    )]
    [InlineData(
        DeliveryState.Suppressed,
        DeliveryReason.NotificationsOff,
        0,
        "is not sent: notifications are switched off (notifications.type is absent or local)"
    )]
    public void Explain_Delivery_SaysWhatBecameOfIt(DeliveryState state, DeliveryReason reason, int attempts, string words)
    {
        var delivery = Delivery(state, "email", "oncall@example.com", reason, attempts);

        Assert.Equal(words, DeliveryWords.Of(delivery));
    }

    private static ExecutionExplanation Explain(
        WorkflowPhase phase,
        WorkflowPhase[] phases,
        NotificationSource source = NotificationSource.LaunchPlan,
        DeliveryRecord[]? deliveries = null
    )
    {
        var notification = new Notification
        {
            Phases = { phases },
            Slack = new SlackNotification { RecipientsEmail = { "oncall@example.com", "b@example.com" } },
        };
        return ExecutionExplainer.Explain(
            new ExecutionRecord
            {
                Id = 1,
                Key = new ExecutionKey("p", "d", "n"),
                Phase = phase,
                Cluster = "",
                Spec = [],
                Inputs = [],
                Closure = new ExecutionClosure { Notifications = { notification } }.ToByteArray(),
                CreatedAt = Now,
                Source = source,
            },
            deliveries ?? []
        );
    }

    private static DeliveryRecord Delivery(
        DeliveryState state,
        string channel,
        string? target,
        DeliveryReason reason = DeliveryReason.Ok,
        int attempts = 0
    ) =>
        new()
        {
            RowId = 1,
            DeliveryId = "d1",
            Execution = new ExecutionKey("p", "d", "n"),
            Phase = WorkflowPhase.Failed,
            Notification = 0,
            Channel = channel,
            Target = target,
            Address = "oncall@example.com",
            Destination = channel,
            State = state,
            Reason = reason,
            Subject = "",
            CreatedAt = Now,
            UpdatedAt = Now,
            NextAttemptAt = state == DeliveryState.Retrying ? Now.AddMinutes(1) : null,
            Replayed = false,
            Attempts =
            [
                .. Enumerable
                    .Range(1, attempts)
                    .Select(number => new DeliveryAttempt(number, Now, TimeSpan.FromSeconds(1), AttemptOutcome.Retry, reason, "said so")),
            ],
        };
}
