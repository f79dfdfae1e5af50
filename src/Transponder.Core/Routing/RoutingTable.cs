using System.Security.Cryptography;
using System.Text;
using Flyteidl.Admin;
using Google.Protobuf.Collections;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Core.Routing;

/// <summary>What one configuration makes of a terminal event. Immutable.</summary>
/// <param name="addresses">What addresses mean.</param>
/// <param name="enabled">False = every delivery is recorded as suppressed and never sent.</param>
/// <param name="channels">What the channels keep and limit.</param>
internal sealed class RoutingTable(AddressBook addresses, bool enabled, ChannelSet channels)
{
    /// <summary>True when a success can end what earlier failures opened.</summary>
    public bool TracksIncidents { get; } =
        enabled && channels.All.Any(channel => channel is { Notifier.TracksIncidents: true, IncidentScope: IncidentScope.LaunchPlan });

    /// <summary>What addresses mean.</summary>
    public AddressBook Addresses { get; } = addresses;

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
    )
    {
        for (var index = 0; index < notifications.Count; index++)
        {
            if (!notifications[index].Phases.Contains(phase))
                continue;

            foreach (var written in NotificationRouter.Recipients(notifications[index]))
            foreach (var address in Addresses.Resolve(written))
                yield return Track(execution, phase, New(execution, phase, record, index, written, address), incidents);
        }
        if (!TracksIncidents || phase != WorkflowPhase.Succeeded || incidents.LaunchPlan(execution) is not { } launchPlan)
            yield break;

        foreach (var (name, target, _) in incidents.OpenFor(launchPlan))
        {
            if (channels.Find(name) is not { Notifier.TracksIncidents: true, IncidentScope: IncidentScope.LaunchPlan })
                continue;
            var written = target is null ? name : $"{name}:{target}";
            var unasked = New(execution, phase, record, NewDelivery.Unasked, written, new ResolvedAddress(written, name, target));
            if (Track(execution, phase, unasked, incidents) is { State: DeliveryState.Pending } resolve)
                yield return resolve;
        }
    }

    /// <summary>The deliveries of a task's message.</summary>
    /// <param name="execution">The execution that speaks.</param>
    /// <param name="sender">Who sends.</param>
    /// <param name="id">The sender's id of the message.</param>
    /// <param name="threadKey">The conversation within the execution; empty = the execution's own.</param>
    /// <param name="written">The address as the sender wrote it.</param>
    /// <param name="targets">What it stands for.</param>
    public IReadOnlyList<TaskDelivery> Route(
        ExecutionKey execution,
        string sender,
        string id,
        string threadKey,
        string written,
        IReadOnlyList<ResolvedAddress> targets
    ) =>
        [
            .. targets.Select(address => new TaskDelivery(
                IdOf("task", sender, execution.Project, execution.Domain, id, address.Channel, address.Target),
                address.Channel,
                address.Target,
                written,
                DestinationOf(address)
            )
            {
                Lane = channels.Find(address.Channel) is { Notifier.KeepsThreads: true }
                    ? Lane(address.Target, TaskWords.ThreadKey(execution, threadKey))
                    : null,
                State = enabled ? DeliveryState.Pending : DeliveryState.Suppressed,
                Reason = enabled ? DeliveryReason.Ok : DeliveryReason.NotificationsOff,
            }),
        ];

    private string DestinationOf(ResolvedAddress address) =>
        address.Target is { } target && channels.Find(address.Channel) is { Notifier.LimitsTargets: true }
            ? $"{address.Channel}:{target}"
            : address.Channel;

    private NewDelivery New(
        ExecutionKey execution,
        WorkflowPhase phase,
        EventRecord record,
        int notification,
        string written,
        ResolvedAddress address
    ) =>
        new()
        {
            DeliveryId = IdOf(execution, (int)phase, notification, address.Channel, address.Target),
            Event = record,
            Notification = notification,
            Channel = address.Channel,
            Target = address.Target,
            Address = written,
            Destination = DestinationOf(address),
            State = enabled ? DeliveryState.Pending : DeliveryState.Suppressed,
            Reason = enabled ? DeliveryReason.Ok : DeliveryReason.NotificationsOff,
            CreatedAt = record.ReceivedAt,
        };

    /// <summary>Adds the thread or incident that a delivery belongs to.</summary>
    private NewDelivery Track(ExecutionKey execution, WorkflowPhase phase, NewDelivery delivery, IncidentBook incidents)
    {
        var channel = channels.Find(delivery.Channel);
        if (channel is { Notifier.TracksIncidents: true })
            return TrackIncident(channel, execution, phase, delivery, incidents);
        return channel is { Notifier.KeepsThreads: true } ? delivery with { Lane = Lane(delivery.Target, execution.ToString()) } : delivery;
    }

    private static NewDelivery TrackIncident(
        Channel channel,
        ExecutionKey execution,
        WorkflowPhase phase,
        NewDelivery delivery,
        IncidentBook incidents
    )
    {
        var launchPlan = channel.IncidentScope == IncidentScope.LaunchPlan ? incidents.LaunchPlan(execution) : null;
        var name = new IncidentName(
            channel.Name,
            delivery.Target is { Length: > 0 } target ? target : null,
            launchPlan ?? execution.ToString()
        );
        var succeeded = phase == WorkflowPhase.Succeeded;
        long? opener = null;
        if (launchPlan is not null && delivery.State == DeliveryState.Pending)
        {
            opener = succeeded
                ? incidents.Resolve(name, delivery.Event.OccurredAt)
                : incidents.Open(name, delivery.Event.ExecutionId, delivery.Event.OccurredAt);
        }
        if (succeeded && opener is null && delivery.State == DeliveryState.Pending)
            delivery = delivery with { State = DeliveryState.Suppressed, Reason = DeliveryReason.NoIncident };
        return delivery with
        {
            Incident = new Incident(name.Key, succeeded ? IncidentAction.Resolve : IncidentAction.Trigger),
            IncidentOpener = opener,
            Lane = Lane(delivery.Target, name.Key),
        };
    }

    private static string Lane(string? target, string key) => $"{target}\n{key}";

    private static string IdOf(params IReadOnlyList<object?> cause) =>
        "dlv_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', cause))).AsSpan(0, 12));
}
