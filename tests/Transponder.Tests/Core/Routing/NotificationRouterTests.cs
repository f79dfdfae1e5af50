using Flyteidl.Admin;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Notifiers;
using Transponder.Notifiers.Templates;
using Transponder.Tests.Core.Delivery;
using Xunit;
using Channel = Transponder.Core.Delivery.Channel;

namespace Transponder.Tests.Core.Routing;

public sealed class NotificationRouterTests
{
    private const string Plan = "flytesnacks/development/nightly";
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly BatchState state = new();
    private readonly BatchChanges changes = new();
    private int executions;

    [Fact]
    public void Route_FailuresThenSuccess_IsOneIncidentThatTheSuccessEnds()
    {
        var first = Assert.Single(Route(WorkflowPhase.Failed, 1));
        var second = Assert.Single(Route(WorkflowPhase.TimedOut, 2));
        var resolve = Assert.Single(Route(WorkflowPhase.Succeeded, 3));

        Assert.Equal((new Incident(Plan, IncidentAction.Trigger), 1L), (first.Incident, first.IncidentOpener));
        Assert.Equal((new Incident(Plan, IncidentAction.Trigger), 1L), (second.Incident, second.IncidentOpener));
        Assert.Equal((new Incident(Plan, IncidentAction.Resolve), 1L), (resolve.Incident, resolve.IncidentOpener));
        Assert.Equal(NewDelivery.Unasked, resolve.Notification);
        Assert.Equal([first.Lane], new[] { second.Lane, resolve.Lane }.Distinct());
        Assert.Null(Assert.Single(changes.Incidents).Value);
        Assert.Empty(Route(WorkflowPhase.Succeeded, 4));
    }

    [Fact]
    public void Route_SubscribedSuccess_ResolvesItselfOrIsSuppressed()
    {
        var without = Assert.Single(Route(WorkflowPhase.Succeeded, 1, [WorkflowPhase.Succeeded]));
        Route(WorkflowPhase.Failed, 2);
        var with = Assert.Single(Route(WorkflowPhase.Succeeded, 3, [WorkflowPhase.Succeeded]));

        Assert.Equal((DeliveryState.Suppressed, DeliveryReason.NoIncident), (without.State, without.Reason));
        Assert.Equal((DeliveryState.Pending, 0, 2L), (with.State, with.Notification, with.IncidentOpener));
    }

    [Fact]
    public void Route_SuccessThatEndedBeforeTheFailure_LeavesTheIncidentOpen()
    {
        Route(WorkflowPhase.Failed, 10);

        Assert.Empty(Route(WorkflowPhase.Succeeded, 5));
        Assert.Single(Route(WorkflowPhase.Succeeded, 11));
    }

    [Fact]
    public void Route_PerExecution_OpensButNothingEndsIt()
    {
        var trigger = Assert.Single(Route(WorkflowPhase.Failed, 1, scope: IncidentScope.Execution));

        Assert.Equal(("flytesnacks/development/e1", (long?)null), (trigger.Incident!.Key, trigger.IncidentOpener));
        Assert.Empty(changes.Incidents);
        Assert.Empty(Route(WorkflowPhase.Succeeded, 2, scope: IncidentScope.Execution));
    }

    [Fact]
    public void Route_NotificationsOff_OpensNothing()
    {
        var delivery = Assert.Single(Route(WorkflowPhase.Failed, 1, enabled: false));

        Assert.Equal(DeliveryState.Suppressed, delivery.State);
        Assert.Empty(changes.Incidents);
    }

    [Fact]
    public void Route_ThreadsAndTargets_HaveLanesAndDestinationsOfTheirOwn()
    {
        var deliveries = Route(WorkflowPhase.Failed, 1, addresses: ["chat:#a", "chat:#b", "mailer"]);

        Assert.Equal(["chat:#a", "chat:#b", "mailer"], deliveries.Select(delivery => delivery.Destination));
        Assert.Equal(
            ["#a\nflytesnacks/development/e1", "#b\nflytesnacks/development/e1", null],
            deliveries.Select(delivery => delivery.Lane)
        );
    }

    private NewDelivery[] Route(
        WorkflowPhase phase,
        int second,
        WorkflowPhase[]? phases = null,
        IncidentScope scope = IncidentScope.LaunchPlan,
        bool enabled = true,
        params string[] addresses
    )
    {
        var channels = new ChannelSet(
            Of("pager", new ScriptedNotifier { Incidents = true }, scope),
            Of("chat", new ScriptedNotifier { Threads = true, Targets = true }),
            Of("mailer", new ScriptedNotifier())
        );
        var book = new AddressBook(
            channels.All.ToDictionary(channel => channel.Name, channel => channel.Notifier),
            new Dictionary<string, IReadOnlyList<string>>(),
            _ => null
        );
        var execution = new ExecutionKey("flytesnacks", "development", $"e{++executions}");
        state.LaunchPlans[execution] = Plan;
        var record = new EventRecord
        {
            Id = Guid.CreateVersion7(),
            ExecutionId = executions,
            Shard = 0,
            Kind = EventKind.Workflow,
            Phase = (int)phase,
            Sequence = 1,
            OccurredAt = Noon.AddSeconds(second),
            ReceivedAt = Noon,
            Request = default,
        };
        var notification = new Notification
        {
            Phases = { phases ?? [WorkflowPhase.Failed, WorkflowPhase.TimedOut] },
            Email = new EmailNotification { RecipientsEmail = { addresses.Length > 0 ? addresses : ["pager"] } },
        };
        return
        [
            .. new NotificationRouter(book, enabled, channels).Route(
                execution,
                [notification],
                phase,
                record,
                new IncidentBook(state, changes)
            ),
        ];
    }

    private static Channel Of(string name, Notifier notifier, IncidentScope scope = IncidentScope.LaunchPlan) =>
        new(name, notifier, Template.Parse("t"), Template.Parse("b"), BodyFormat.Text, new ChannelLimits()) { IncidentScope = scope };
}
