using System.Globalization;
using Transponder.Notifiers;

namespace Transponder.Core.Delivery;

/// <summary>What became of a delivery, in one sentence for people.</summary>
internal static class DeliveryWords
{
    public static string Of(DeliveryRecord delivery)
    {
        var state = State(delivery);
        if (delivery is { State: DeliveryState.Suppressed } or { Incident: null, Thread: null })
            return state;
        var part = delivery.Incident is { } incident ? Of(incident, delivery) : $"in thread {delivery.Thread}";
        return $"{part}: {state}";
    }

    private static string Of(Incident incident, DeliveryRecord delivery)
    {
        if (incident.Action == IncidentAction.Resolve)
            return $"resolves the incident of {incident.Key}{(delivery.IncidentOpener is { } opener ? $" that execution {opener} opened" : "")}";
        return delivery.IncidentOpener is { } other && other != delivery.Execution
            ? $"adds to the incident of {incident.Key} that execution {other} opened"
            : $"opens an incident of {incident.Key}";
    }

    private static string State(DeliveryRecord delivery)
    {
        var last = delivery.Attempts.Count > 0 ? delivery.Attempts[^1] : null;
        return delivery.State switch
        {
            DeliveryState.Pending or DeliveryState.Retrying when delivery.Held =>
                "waits for an earlier message of the same thread or incident",
            DeliveryState.Pending when delivery.Replayed => "replayed: waits to be sent again",
            DeliveryState.Pending => "waits for its first attempt",
            DeliveryState.Queued => "is on a broker, to be taken by a processor",
            DeliveryState.Sending => $"is being sent (attempt {delivery.Attempts.Count + 1})",
            DeliveryState.Retrying when last is null => $"is sent again{At(delivery.NextAttemptAt)}",
            DeliveryState.Retrying => $"attempt {last.Number} failed ({Cause(last)}); the next one is due{At(delivery.NextAttemptAt)}",
            DeliveryState.Parked =>
                $"waits: its destination is parked ({ReasonName.Of(delivery.Reason)}) until it is repaired and a replay or a probe resumes it",
            DeliveryState.Delivered when last is null => "was accepted",
            DeliveryState.Delivered => $"was accepted{At(last.StartedAt + last.Latency)}, on attempt {last.Number}{Detail(last)}",
            DeliveryState.Dead when last is null => $"is given up ({ReasonName.Of(delivery.Reason)}); it can be replayed",
            DeliveryState.Dead => $"is given up after {Attempts(delivery.Attempts.Count)} ({Cause(last)}); it can be replayed",
            DeliveryState.Suppressed when delivery.Reason == DeliveryReason.NotificationsOff =>
                "is not sent: notifications are switched off (notifications.type is absent or local)",
            DeliveryState.Suppressed when delivery is { Reason: DeliveryReason.NoIncident, Incident: { } incident } =>
                $"is not sent: no incident of {incident.Key} was open that it could end (no_incident)",
            DeliveryState.Suppressed => $"is not sent ({ReasonName.Of(delivery.Reason)})",
            _ => delivery.State.ToString(),
        };
    }

    private static string Cause(DeliveryAttempt attempt) => ReasonName.Of(attempt.Reason) + Detail(attempt);

    private static string Detail(DeliveryAttempt attempt) => attempt.Detail.Length > 0 ? $": {attempt.Detail}" : string.Empty;

    private static string Attempts(int count) => count == 1 ? "1 attempt" : $"{count} attempts";

    private static string At(DateTimeOffset? moment) =>
        moment is { } at ? at.UtcDateTime.ToString(" 'at' yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : " at once";
}
