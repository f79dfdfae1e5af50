using System.Security.Cryptography;
using System.Text;
using Flyteidl.Admin;
using Google.Protobuf.Collections;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Notifiers;

namespace Transponder.Core.Routing;

/// <summary>
/// Turns a terminal event into deliveries: one for each address of each notification that matches its phase. What it goes by is immutable, and
/// replaced as a whole.
/// </summary>
public sealed class NotificationRouter
{
    private volatile Table table;

    /// <summary>Makes a router.</summary>
    /// <param name="addresses">What addresses mean.</param>
    /// <param name="enabled">False = every delivery is recorded as suppressed and never sent.</param>
    public NotificationRouter(AddressBook addresses, bool enabled) => table = new Table(addresses, enabled);

    /// <summary>Goes by these from the next event on.</summary>
    /// <param name="addresses">What addresses mean.</param>
    /// <param name="enabled">False = every delivery is recorded as suppressed and never sent.</param>
    public void Use(AddressBook addresses, bool enabled) => table = new Table(addresses, enabled);

    /// <summary>Says what is wrong with an address as a launch plan writes it; null when it can be reached.</summary>
    /// <param name="address">The address.</param>
    public string? Check(string address) => table.Addresses.Check(address);

    /// <summary>The deliveries that an event causes.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="notifications">Its frozen notifications.</param>
    /// <param name="phase">The event's phase.</param>
    /// <param name="record">The event.</param>
    public IEnumerable<NewDelivery> Route(
        ExecutionKey execution,
        RepeatedField<Notification> notifications,
        WorkflowPhase phase,
        EventRecord record
    )
    {
        var (addresses, enabled) = table;
        for (var index = 0; index < notifications.Count; index++)
        {
            if (!notifications[index].Phases.Contains(phase))
                continue;

            foreach (var written in Recipients(notifications[index]))
            foreach (var address in addresses.Resolve(written))
            {
                yield return new NewDelivery
                {
                    DeliveryId = IdOf(execution, phase, index, address),
                    Event = record,
                    Notification = index,
                    Channel = address.Channel,
                    Target = address.Target,
                    Address = written,
                    Destination = address.Channel,
                    State = enabled ? DeliveryState.Pending : DeliveryState.Suppressed,
                    Reason = enabled ? DeliveryReason.Ok : DeliveryReason.NotificationsOff,
                    CreatedAt = record.ReceivedAt,
                };
            }
        }
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

    private static string IdOf(ExecutionKey execution, WorkflowPhase phase, int notification, ResolvedAddress address)
    {
        var cause = string.Join('\n', execution.ToString(), (int)phase, notification, address.Channel, address.Target);
        return "dlv_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cause)).AsSpan(0, 12));
    }

    private sealed record Table(AddressBook Addresses, bool Enabled);
}
