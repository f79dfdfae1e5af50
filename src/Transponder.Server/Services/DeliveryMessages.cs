using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Notifiers;
using Transponder.Protocol;
using Transponder.V1;
using Outcome = Transponder.V1.DeliveryAttempt.Types.Outcome;
using State = Transponder.V1.Delivery.Types.State;

namespace Transponder.Server.Services;

/// <summary>Between the ledger's records and the API's messages; what could be a secret is masked here.</summary>
internal static class DeliveryMessages
{
    public static V1.Delivery From(DeliveryRecord delivery) =>
        new()
        {
            Id = delivery.DeliveryId,
            Execution = delivery.Execution.ToIdentifier(),
            Phase = delivery.Phase,
            Notification = (uint)Math.Max(delivery.Notification, 0),
            Channel = delivery.Channel,
            Target = AddressMask.Of(delivery.Target ?? string.Empty),
            Address = AddressMask.Of(delivery.Address),
            Destination = AddressMask.Of(delivery.Destination),
            Subject = delivery.Subject,
            State = (State)(int)delivery.State,
            Reason =
                delivery.Reason == DeliveryReason.Ok && delivery.State != DeliveryState.Delivered
                    ? string.Empty
                    : ReasonName.Of(delivery.Reason),
            Attempts = { delivery.Attempts.Select(From) },
            NextAttemptAt = delivery.NextAttemptAt?.ToTimestamp(),
            CreatedAt = delivery.CreatedAt.ToTimestamp(),
            UpdatedAt = delivery.UpdatedAt.ToTimestamp(),
            Replayed = delivery.Replayed,
            Receipt = delivery.Receipt ?? string.Empty,
            Thread = delivery.Thread ?? string.Empty,
            Incident = delivery.Incident is { } incident ? From(incident, delivery.IncidentOpener) : null,
            Unasked = delivery.Notification == NewDelivery.Unasked,
            Held = delivery.Held,
            FromTask = delivery.Notification == NewDelivery.FromTask,
            Sender = delivery.Sender ?? string.Empty,
        };

    public static DeliveryQuery Query(ListDeliveriesRequest request) =>
        Query(request.Project, request.Domain, request.Name, request.State, request.Channel, request.Since, request.Until) with
        {
            Limit = (int)Math.Min(request.Limit, DeliveryLedger.LargestPage),
        };

    public static DeliveryQuery Query(DeliveryFilter filter) =>
        Query(filter.Project, filter.Domain, filter.Name, filter.State, filter.Channel, filter.Since, filter.Until);

    public static ExplainExecutionResponse From(ExecutionExplanation explanation) =>
        new()
        {
            Id = explanation.Execution.ToIdentifier(),
            Phase = explanation.Phase,
            Source = (ExplainExecutionResponse.Types.Source)(int)explanation.Source,
            Summary = explanation.Summary,
            Notifications = { explanation.Notifications.Select(From) },
            Unasked = { explanation.Unasked.Select(From) },
            Messages = { explanation.Messages.Select(From) },
        };

    private static DeliveryIncident From(Incident incident, ExecutionKey? openedBy) =>
        new()
        {
            Key = incident.Key,
            Action =
                incident.Action == IncidentAction.Resolve ? DeliveryIncident.Types.Action.Resolve : DeliveryIncident.Types.Action.Trigger,
            OpenedBy = openedBy?.ToIdentifier(),
        };

    private static DeliveryExplanation From((string Summary, DeliveryRecord Delivery) one) =>
        new() { Summary = one.Summary, Delivery = From(one.Delivery) };

    private static V1.NotificationExplanation From(Core.Delivery.NotificationExplanation notification, int index) =>
        new()
        {
            Index = (uint)index,
            Type = notification.Type,
            Phases = { notification.Phases },
            Matched = notification.Matched,
            Reason = notification.Reason,
            Addresses = { notification.Addresses.Select(From) },
        };

    private static V1.AddressExplanation From(Core.Delivery.AddressExplanation address) =>
        new()
        {
            Address = AddressMask.Of(address.Address),
            Resolution = address.Resolution,
            Deliveries = { address.Deliveries.Select(From) },
        };

    private static V1.DeliveryAttempt From(Core.Delivery.DeliveryAttempt attempt) =>
        new()
        {
            Number = (uint)attempt.Number,
            StartedAt = attempt.StartedAt.ToTimestamp(),
            LatencyMs = (long)attempt.Latency.TotalMilliseconds,
            Outcome = (Outcome)(int)attempt.Outcome,
            Reason = ReasonName.Of(attempt.Reason),
            Detail = attempt.Detail,
        };

    private static DeliveryQuery Query(
        string project,
        string domain,
        string name,
        State state,
        string channel,
        Timestamp? since,
        Timestamp? until
    )
    {
        if (!System.Enum.IsDefined(state))
            throw new RpcException(StatusCode.InvalidArgument, $"state {(int)state} is unknown");
        return new DeliveryQuery
        {
            Project = NullIfEmpty(project),
            Domain = NullIfEmpty(domain),
            Name = NullIfEmpty(name),
            State = state == State.Unspecified ? null : (DeliveryState)(int)state,
            Channel = NullIfEmpty(channel),
            From = Moment(since, "since"),
            To = Moment(until, "until"),
            Limit = 0,
        };
    }

    private static DateTimeOffset? Moment(Timestamp? timestamp, string field)
    {
        try
        {
            return timestamp?.ToDateTimeOffset();
        }
        catch (InvalidOperationException)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"{field} is not a moment between the years 1 and 9999");
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
