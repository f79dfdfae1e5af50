using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Core.Catalog;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.V1;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Changes_ThatNobodyAsksFor_AreNotLogged()
    {
        await CreateAsync(Told("f1"));
        await Store.Catalog.AddAsync(Entity(EntityKind.LaunchPlan, "lp", "1"), Token);
        await Store.Catalog.SetLaunchPlanStateAsync(new EntityKey("p", "d", "lp", "1"), true, StoreSamples.Start, "", Token);
        await Store.Catalog.AddProjectAsync(new ProjectRecord("p", [], StoreSamples.Start), Token);

        Assert.Equal((0, 0), await Store.Events.BoundsAsync(Token));
    }

    [Fact]
    public async Task Create_Execution_IsToldOnceBeforeItsEvents()
    {
        Store.Interest.Use([EventKind.ExecutionCreated]);
        var key = await CreateAsync(Told("f1"));
        Assert.False(await Store.Executions.CreateAsync(Told("f1"), Token));
        await AppendAsync(key);

        var log = await Store.Events.ReadAsync(0, key.Shard, 10, Token);

        Assert.Equal([(EventKind.ExecutionCreated, 0L), (EventKind.Node, 1L)], log.Select(one => (one.Kind, one.Sequence)));
        Assert.Equal((key, log[1].ExecutionId), (log[0].Execution, log[0].ExecutionId));
        var told = ExecutionCreated.Parser.ParseFrom(log[0].Request);
        Assert.Equal(("f1", "lp-name", "wf-name", "ann"), (told.Execution.Name, told.Launched.Name, told.Workflow.Name, told.Principal));
        Assert.Equal(("ml", "nightly"), (told.Labels["team"], Assert.Single(told.Tags)));
    }

    [Fact]
    public async Task SetState_OfLaunchPlans_TellsOfTheOneThatGoesToo()
    {
        Store.Interest.Use([EventKind.LaunchPlan]);
        var (one, two) = (new EntityKey("p", "d", "lp", "1"), new EntityKey("p", "d", "lp", "2"));
        var traits = new EntityTraits { Workflow = new EntityKey("p", "d", "wf", "7") };
        foreach (var key in new[] { one, two })
            await Store.Catalog.AddAsync(
                Entity(EntityKind.LaunchPlan, "lp", key.Version) with
                {
                    Traits = traits,
                    Principal = "ann",
                },
                Token
            );
        Assert.False(await Store.Catalog.AddAsync(Entity(EntityKind.LaunchPlan, "lp", "1"), Token));
        foreach (var key in new[] { one, one, two })
            await Store.Catalog.SetLaunchPlanStateAsync(key, true, StoreSamples.Start.AddSeconds(1), "", Token);
        await Store.Catalog.SetLaunchPlanStateAsync(one, false, StoreSamples.Start.AddSeconds(2), "", Token);
        await Store.Catalog.SetLaunchPlanStateAsync(two, false, StoreSamples.Start.AddSeconds(3), "bob", Token);
        Assert.False(await Store.Catalog.SetLaunchPlanStateAsync(two with { Version = "9" }, true, StoreSamples.Start, "", Token));

        var scope = new ExecutionKey("p", "d", "lp");
        var log = await Store.Events.ReadAsync(0, scope.Shard, 10, Token);

        Assert.All(log, entry => Assert.Equal((scope, true, 0L), (entry.Execution, entry.ExecutionId < 0, entry.Sequence)));
        var told = log.Select(entry => LaunchPlanChanged.Parser.ParseFrom(entry.Request)).ToList();
        Assert.Equal(
            [
                ("1", Change.Created, ""),
                ("2", Change.Created, ""),
                ("1", Change.Activated, ""),
                ("1", Change.Deactivated, "2"),
                ("2", Change.Activated, ""),
                ("2", Change.Deactivated, ""),
            ],
            told.Zip(log, (change, entry) => (change.LaunchPlan.Version, (Change)entry.Phase, change.ReplacedBy))
        );
        Assert.All(told, change => Assert.Equal("wf", change.Workflow.Name));
        Assert.Equal(["ann", "ann", "", "", "", "bob"], told.Select(change => change.Principal));
        Assert.Equal(
            (LaunchPlanState.Inactive, LaunchPlanState.Active, LaunchPlanState.Inactive),
            (told[2].PreviousState, told[2].State, told[3].State)
        );
    }

    [Fact]
    public async Task Projects_AndWorkflows_AreToldInTheTransactionOfTheChange()
    {
        Store.Interest.Use([EventKind.Project, EventKind.WorkflowRegistered]);
        var body = new Project { Id = "p", Name = "before" }.ToByteArray();
        await Store.Catalog.AddProjectAsync(new ProjectRecord("p", body, StoreSamples.Start), Token);
        await Store.Catalog.AddProjectAsync(new ProjectRecord("p", body, StoreSamples.Start), Token);
        await Store.Catalog.UpdateProjectAsync("p", stored => stored, StoreSamples.Start, "", Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Store.Catalog.UpdateProjectAsync("p", _ => throw new InvalidOperationException(), StoreSamples.Start, "", Token)
        );
        var after = new Project { Id = "p", Name = "after" }.ToByteArray();
        await Store.Catalog.UpdateProjectAsync("p", _ => after, StoreSamples.Start, "ann", Token);
        await Store.Catalog.AddAsync(Entity(EntityKind.Workflow, "wf", "1") with { Principal = "bob" }, Token);
        await Store.Catalog.AddAsync(Entity(EntityKind.Task, "t", "1"), Token);
        await Store.Catalog.AddAsync(Entity(EntityKind.LaunchPlan, "lp", "1"), Token);

        var log = await Store.Events.ReadAsync(0, null, 10, Token);

        Assert.Equal(
            [
                (EventKind.Project, Change.Registered),
                (EventKind.Project, Change.Updated),
                (EventKind.WorkflowRegistered, Change.Registered),
            ],
            log.Select(entry => (entry.Kind, (Change)entry.Phase))
        );
        var told = ProjectChanged.Parser.ParseFrom(log[1].Request);
        Assert.Equal(("before", "after", "ann"), (told.Previous.Name, told.Project.Name, told.Principal));
        Assert.Equal("bob", WorkflowRegistered.Parser.ParseFrom(log[2].Request).Principal);
        Assert.Equal((new ExecutionKey("p", "", ""), new ExecutionKey("p", "d", "wf")), (log[1].Execution, log[2].Execution));
    }

    [Fact]
    public async Task Record_OfEndedDeliveries_IsTold_AndNotOfOthers()
    {
        Store.Interest.Use([EventKind.Notification]);
        var key = await CreateAsync();
        await DeliverAsync(key, StoreSamples.Delivery("d1"), StoreSamples.Delivery("d2"), StoreSamples.Delivery("d3"));
        var lease = Assert.Single(await Store.Deliveries.LeaseAsync("one", TimeSpan.FromMinutes(1), Token));
        var claimed = await Store.Deliveries.ClaimAsync(lease, 0, StoreSamples.Start, 10, Token);
        DeliveryState[] states = [DeliveryState.Delivered, DeliveryState.Dead, DeliveryState.Retrying];
        DeliveryOutcome[] outcomes =
        [
            .. claimed.Zip(
                states,
                (one, state) => StoreSamples.Outcome(one, state, state == DeliveryState.Retrying ? StoreSamples.Start : null)
            ),
        ];
        await Store.Deliveries.RecordAsync(lease, outcomes, Token);
        // Not the owner's any more: nothing ends by it.
        await Store.Deliveries.RecordAsync(lease, outcomes, Token);

        var log = (await Store.Events.ReadAsync(0, key.Shard, 10, Token)).Where(entry => entry.Kind == EventKind.Notification).ToList();

        Assert.Equal([Change.Delivered, Change.Dead], log.Select(entry => (Change)entry.Phase));
        Assert.All(log, entry => Assert.Equal((key, 0L), (entry.Execution, entry.Sequence)));
        var dead = NotificationEnded.Parser.ParseFrom(log[1].Request);
        Assert.Equal(("d2", "email", "address of d2", 1u), (dead.DeliveryId, dead.Channel, dead.Address, dead.Attempts));
        Assert.Equal((NotificationEnded.Types.State.Dead, "message_rejected", WorkflowPhase.Failed), (dead.State, dead.Reason, dead.Phase));
    }

    [Fact]
    public async Task Search_ShowsChangesOnlyWhereTheyAreNamed_AndKeepsProjectsApart()
    {
        Store.Interest.Use(ChangeKinds.All);
        await Store.Catalog.AddProjectAsync(new ProjectRecord("p", [], StoreSamples.Start), Token);
        await Store.Catalog.AddAsync(Entity(EntityKind.LaunchPlan, "lp", "1"), Token);
        var key = await CreateAsync(Told("f1"));
        var own = await AppendAsync(key);
        var log = new EventLog(Store.Events, Store.Executions);
        var named = new EventSearch
        {
            Phases =
            [
                (EventKind.Project, (int)Change.Registered),
                (EventKind.LaunchPlan, (int)Change.Created),
                (EventKind.ExecutionCreated, (int)Change.Created),
            ],
        };

        Assert.Equal([own.Id], Ids(await log.SearchAsync(new EventSearch(), Token)));
        var (all, _) = await log.SearchAsync(named, Token);
        Assert.Equal([EventKind.Project, EventKind.LaunchPlan, EventKind.ExecutionCreated], all.Select(one => one.Kind));
        var (newest, _) = await log.SearchAsync(named with { Descending = true, Limit = 2 }, Token);
        Assert.Equal([EventKind.ExecutionCreated, EventKind.LaunchPlan], newest.Select(one => one.Kind));
        var ofOthers = named with { Projects = new HashSet<string> { key.Project } };
        Assert.Equal(EventKind.ExecutionCreated, Assert.Single((await log.SearchAsync(ofOthers, Token)).Page).Kind);
        Assert.Equal(
            EventKind.LaunchPlan,
            Assert.Single((await log.SearchAsync(named with { Project = "p", Domain = "d" }, Token)).Page).Kind
        );
        Assert.Equal(EventKind.ExecutionCreated, Assert.Single((await log.SearchAsync(named with { Execution = key }, Token)).Page).Kind);

        Assert.Equal(4, (await Store.Retention.RemoveEventsAsync(All, long.MaxValue, Token)).Removed);
    }

    private static NewExecution Told(string name) =>
        StoreSamples.Execution(name) with
        {
            Spec = new ExecutionSpec
            {
                Labels = new Labels { Values = { ["team"] = "ml" } },
                Tags = { "nightly" },
            }.ToByteArray(),
        };
}
