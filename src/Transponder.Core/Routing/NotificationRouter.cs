using Flyteidl.Admin;
using Google.Protobuf.Collections;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;

namespace Transponder.Core.Routing;

/// <summary>
/// Turns a terminal event into deliveries: one for each address of each notification that matches its phase, and one for each incident that a
/// success ends. What it goes by is immutable, and replaced as a whole.
/// </summary>
public sealed class NotificationRouter
{
    private volatile RoutingTable table;

    /// <summary>Makes a router.</summary>
    /// <param name="addresses">What addresses mean.</param>
    /// <param name="enabled">False = every delivery is recorded as suppressed and never sent.</param>
    /// <param name="channels">What the channels keep and limit; null = nothing.</param>
    public NotificationRouter(AddressBook addresses, bool enabled, ChannelSet? channels = null) =>
        table = new RoutingTable(addresses, enabled, channels ?? new ChannelSet());

    /// <summary>True when a success can end what earlier failures opened.</summary>
    public bool TracksIncidents => table.TracksIncidents;

    /// <summary>Goes by these from the next event on.</summary>
    /// <param name="addresses">What addresses mean.</param>
    /// <param name="enabled">False = every delivery is recorded as suppressed and never sent.</param>
    /// <param name="channels">What the channels keep and limit; null = nothing.</param>
    public void Use(AddressBook addresses, bool enabled, ChannelSet? channels = null) =>
        table = new RoutingTable(addresses, enabled, channels ?? new ChannelSet());

    /// <summary>Says what is wrong with an address as a launch plan writes it; null when it can be reached.</summary>
    /// <param name="address">The address.</param>
    public string? Check(string address) => table.Addresses.Check(address);

    /// <summary>The deliveries that an event causes.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="notifications">Its frozen notifications.</param>
    /// <param name="phase">The event's phase.</param>
    /// <param name="record">The event.</param>
    /// <param name="incidents">The open incidents; taken note of what the event does to them.</param>
    public IEnumerable<NewDelivery> Route(
        ExecutionKey execution,
        RepeatedField<Notification> notifications,
        WorkflowPhase phase,
        EventRecord record,
        IncidentBook incidents
    ) => table.Route(execution, notifications, phase, record, incidents);

    /// <summary>The deliveries of a task's message; empty addresses none.</summary>
    /// <param name="execution">The execution that speaks.</param>
    /// <param name="sender">Who sends.</param>
    /// <param name="id">The sender's id of the message.</param>
    /// <param name="threadKey">The conversation within the execution; empty = the execution's own.</param>
    /// <param name="written">The address as the sender wrote it.</param>
    /// <param name="mayUse">Whether the execution may use a channel.</param>
    /// <param name="problem">Why there are none; null when there are.</param>
    public IReadOnlyList<TaskDelivery> Route(
        ExecutionKey execution,
        string sender,
        string id,
        string threadKey,
        string written,
        Func<string, bool> mayUse,
        out MessageProblem? problem
    )
    {
        var now = table;
        var targets = now.Addresses.Resolve(written);
        problem =
            targets.FirstOrDefault(target => !mayUse(target.Channel)) is { } closed ? new MessageProblem(closed.Channel, null)
            : now.Addresses.Check(written) is { } wrong ? new MessageProblem(null, wrong)
            : null;
        return problem is null ? now.Route(execution, sender, id, threadKey, written, targets) : [];
    }

    /// <summary>The addresses of a notification, whatever its type; empty when it has no type.</summary>
    /// <param name="notification">The notification.</param>
    public static RepeatedField<string> Recipients(Notification notification) =>
        notification.TypeCase switch
        {
            Notification.TypeOneofCase.Email => notification.Email.RecipientsEmail,
            Notification.TypeOneofCase.PagerDuty => notification.PagerDuty.RecipientsEmail,
            Notification.TypeOneofCase.Slack => notification.Slack.RecipientsEmail,
            _ => [],
        };
}

/// <summary>Why a task's message leads nowhere.</summary>
/// <param name="Closed">The channel that the execution may not use, or that does not exist; null when that is not it.</param>
/// <param name="Address">What is wrong with the address; null when that is not it.</param>
public sealed record MessageProblem(string? Closed, string? Address);
