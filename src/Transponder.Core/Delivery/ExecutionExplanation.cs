using Transponder.Core.Executions;

namespace Transponder.Core.Delivery;

/// <summary>Which notifications apply to an execution and why, which matched, and what became of each.</summary>
/// <param name="Execution">The execution.</param>
/// <param name="Phase">Its recorded phase.</param>
/// <param name="Source">Where its notifications came from.</param>
/// <param name="Summary">The source, and what follows from it, in words.</param>
/// <param name="Notifications">Its frozen notifications, in order.</param>
/// <param name="Unasked">Deliveries that no notification asked for, as they end an incident; each with what became of it in words.</param>
/// <param name="Messages">Deliveries that its tasks asked for; each with what became of it in words.</param>
public sealed record ExecutionExplanation(
    ExecutionKey Execution,
    WorkflowPhase Phase,
    NotificationSource Source,
    string Summary,
    IReadOnlyList<NotificationExplanation> Notifications,
    IReadOnlyList<(string Summary, DeliveryRecord Delivery)> Unasked,
    IReadOnlyList<(string Summary, DeliveryRecord Delivery)> Messages
);

/// <summary>What became of one notification.</summary>
/// <param name="Type">Flyte's type: <c>email</c>, <c>slack</c> or <c>pager_duty</c>; empty when it has none.</param>
/// <param name="Phases">The phases at which it fires.</param>
/// <param name="Matched">True when it fired.</param>
/// <param name="Reason">Why it fired or did not, in words.</param>
/// <param name="Addresses">What became of each of its addresses.</param>
public sealed record NotificationExplanation(
    string Type,
    IReadOnlyList<WorkflowPhase> Phases,
    bool Matched,
    string Reason,
    IReadOnlyList<AddressExplanation> Addresses
);

/// <summary>What became of one address.</summary>
/// <param name="Address">The address as written.</param>
/// <param name="Resolution">How it was resolved, in words.</param>
/// <param name="Deliveries">Its deliveries, each with what became of it in words.</param>
public sealed record AddressExplanation(
    string Address,
    string Resolution,
    IReadOnlyList<(string Summary, DeliveryRecord Delivery)> Deliveries
);
