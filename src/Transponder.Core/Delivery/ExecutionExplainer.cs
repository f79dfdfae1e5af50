using Flyteidl.Admin;
using Transponder.Core.Executions;
using Transponder.Core.Routing;

namespace Transponder.Core.Delivery;

/// <summary>Says in words why an execution's notifications were sent, or were not. Pure.</summary>
internal static class ExecutionExplainer
{
    private static readonly WorkflowPhase[] Terminal =
    [
        WorkflowPhase.Succeeded,
        WorkflowPhase.Failed,
        WorkflowPhase.Aborted,
        WorkflowPhase.TimedOut,
    ];

    public static ExecutionExplanation Explain(ExecutionRecord execution, IReadOnlyList<DeliveryRecord> deliveries)
    {
        var notifications = ExecutionClosure.Parser.ParseFrom(execution.Closure).Notifications;
        var explained = notifications
            .Select((notification, index) => Explain(execution.Phase, notification, [.. deliveries.Where(d => d.Notification == index)]))
            .ToArray();
        return new ExecutionExplanation(
            execution.Key,
            execution.Phase,
            execution.Source,
            Summary(execution.Source, explained.Length),
            explained,
            [.. deliveries.Where(delivery => delivery.Notification == NewDelivery.Unasked).Select(Explain)],
            [.. deliveries.Where(delivery => delivery.Notification == NewDelivery.FromTask).Select(Explain)]
        );
    }

    private static NotificationExplanation Explain(WorkflowPhase phase, Notification notification, DeliveryRecord[] deliveries)
    {
        var phases = notification.Phases.Distinct().ToArray();
        var matched = deliveries.Length > 0 || (Terminal.Contains(phase) && phases.Contains(phase));
        var type = notification.TypeCase switch
        {
            Notification.TypeOneofCase.Email => "email",
            Notification.TypeOneofCase.Slack => "slack",
            Notification.TypeOneofCase.PagerDuty => "pager_duty",
            _ => string.Empty,
        };
        var addresses = NotificationRouter
            .Recipients(notification)
            .Distinct()
            .Select(address => Explain(address, matched, [.. deliveries.Where(d => d.Address == address)]));
        return new NotificationExplanation(type, phases, matched, Reason(phase, phases, matched), [.. addresses]);
    }

    private static AddressExplanation Explain(string address, bool matched, DeliveryRecord[] deliveries) =>
        new(address, Resolution(address, matched, deliveries), [.. deliveries.Select(Explain)]);

    private static (string, DeliveryRecord) Explain(DeliveryRecord delivery) => (DeliveryWords.Of(delivery), delivery);

    private static string Summary(NotificationSource source, int count) =>
        source switch
        {
            NotificationSource.Execution => $"{Notifications(count)} from the execution's own list, which replaces its launch plan's",
            NotificationSource.LaunchPlan => $"{Notifications(count)} from its launch plan",
            NotificationSource.Disabled => "none: the execution disabled all notifications",
            _ => "none: neither the execution nor its launch plan asks for any",
        };

    private static string Notifications(int count) => count == 1 ? "1 notification" : $"{count} notifications";

    private static string Reason(WorkflowPhase phase, WorkflowPhase[] phases, bool matched)
    {
        var list = $"[{string.Join(", ", phases.Select(PhaseName.Of))}]";
        if (phases.Length == 0)
            return "it names no phase, so it never fires";
        if (matched)
            return $"phase {PhaseName.Of(phase)} is in {list}";
        if (!Terminal.Contains(phase))
            return $"execution is {PhaseName.Of(phase)}, not terminal yet";
        return $"phase {PhaseName.Of(phase)} is not in {list}";
    }

    private static string Resolution(string address, bool matched, DeliveryRecord[] deliveries)
    {
        if (deliveries.Length == 0)
            return matched
                ? "nothing of its own: another address of this notification reaches the same target"
                : "not resolved: its notification did not fire";
        if (deliveries.All(delivery => IsItself(address, delivery)))
            return $"as written, by channel {deliveries[0].Channel}";
        return $"recipients maps it to {string.Join(", ", deliveries.Select(Reached).Distinct())}";
    }

    private static bool IsItself(string address, DeliveryRecord delivery) =>
        address == delivery.Target || address == delivery.Channel || address == $"{delivery.Channel}:{delivery.Target}";

    private static string Reached(DeliveryRecord delivery)
    {
        if (delivery.Target is not { Length: > 0 } target)
            return delivery.Channel;
        return AddressMask.Of(delivery.Channel == "email" ? target : $"{delivery.Channel}:{target}");
    }
}
