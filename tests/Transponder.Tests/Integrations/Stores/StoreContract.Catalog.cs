using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Projects_AreAddedOnceAndListedById()
    {
        Assert.True(await Store.Catalog.AddProjectAsync(new ProjectRecord("b", [1], StoreSamples.Start), Token));
        Assert.True(await Store.Catalog.AddProjectAsync(new ProjectRecord("a", [], StoreSamples.Start), Token));
        Assert.False(await Store.Catalog.AddProjectAsync(new ProjectRecord("b", [2], StoreSamples.Start), Token));

        await ReopenAsync();
        var stored = await Store.Catalog.GetProjectAsync("b", Token);
        Assert.Equal([1], stored!.Body);
        Assert.Equal(StoreSamples.Start, stored.CreatedAt);
        Assert.Null(await Store.Catalog.GetProjectAsync("c", Token));
        Assert.Equal(["a", "b"], (await Store.Catalog.ListProjectsAsync(Token)).Select(project => project.Id));
    }

    [Fact]
    public async Task Entity_IsAddedOncePerKindAndName()
    {
        var task = Entity(EntityKind.Task, "t", "1");

        Assert.True(await Store.Catalog.AddAsync(task, Token));
        Assert.False(await Store.Catalog.AddAsync(task with { Body = [9] }, Token));
        Assert.True(await Store.Catalog.AddAsync(task with { Kind = EntityKind.Workflow }, Token));

        await ReopenAsync();
        var stored = await Store.Catalog.GetAsync(EntityKind.Task, task.Key, Token);
        Assert.Equal(task.Key, stored!.Key);
        Assert.Equal([1, 0, 1], stored.Body);
        Assert.Equal([2, 2], stored.Digest);
        Assert.Equal((StoreSamples.Start, StoreSamples.Start, false), (stored.CreatedAt, stored.UpdatedAt, stored.Active));
        Assert.Null(await Store.Catalog.GetAsync(EntityKind.LaunchPlan, task.Key, Token));
        Assert.Null(await Store.Catalog.GetAsync(EntityKind.Task, task.Key with { Version = "2" }, Token));
    }

    [Fact]
    public async Task GetMany_AnswersThoseThatExist()
    {
        foreach (var version in new[] { "1", "2", "3" })
            await Store.Catalog.AddAsync(Entity(EntityKind.Task, "t", version), Token);
        EntityKey[] wanted =
        [
            Entity(EntityKind.Task, "t", "1").Key,
            Entity(EntityKind.Task, "t", "3").Key,
            Entity(EntityKind.Task, "u", "1").Key,
        ];

        var found = await Store.Catalog.GetManyAsync(EntityKind.Task, wanted, Token);

        Assert.Equal(["1", "3"], found.Select(entity => entity.Key.Version).Order());
        Assert.Empty(await Store.Catalog.GetManyAsync(EntityKind.Task, [], Token));
        Assert.Empty(await Store.Catalog.GetManyAsync(EntityKind.Workflow, wanted, Token));
    }

    [Fact]
    public async Task LaunchPlan_Activation_DeactivatesTheOtherVersion()
    {
        var (one, two) = (Entity(EntityKind.LaunchPlan, "lp", "1"), Entity(EntityKind.LaunchPlan, "lp", "2"));
        var other = Entity(EntityKind.LaunchPlan, "lp2", "1");
        foreach (var plan in new[] { one, two, other })
        {
            await Store.Catalog.AddAsync(plan, Token);
            Assert.Null(await Store.Catalog.GetActiveLaunchPlanAsync(plan.Key.Project, plan.Key.Domain, plan.Key.Name, Token));
        }

        Assert.True(await Store.Catalog.SetLaunchPlanStateAsync(other.Key, true, Now, "", Token));
        Assert.True(await Store.Catalog.SetLaunchPlanStateAsync(one.Key, true, Now, "", Token));
        Assert.True(await Store.Catalog.SetLaunchPlanStateAsync(two.Key, true, Now.AddSeconds(1), "", Token));

        Assert.Equal("2", (await ActiveAsync("lp"))!.Key.Version);
        Assert.Equal("1", (await ActiveAsync("lp2"))!.Key.Version);
        var old = await Store.Catalog.GetAsync(EntityKind.LaunchPlan, one.Key, Token);
        Assert.Equal((false, Now.AddSeconds(1)), (old!.Active, old.UpdatedAt));

        Assert.True(await Store.Catalog.SetLaunchPlanStateAsync(two.Key, false, Now, "", Token));
        Assert.Null(await ActiveAsync("lp"));
        Assert.False(await Store.Catalog.SetLaunchPlanStateAsync(two.Key with { Version = "3" }, true, Now, "", Token));
        Assert.False(await Store.Catalog.SetLaunchPlanStateAsync(two.Key with { Name = "none" }, true, Now, "", Token));
    }

    [Fact]
    public async Task LaunchPlan_RacingActivations_LeaveExactlyOneActive()
    {
        var plans = Enumerable.Range(0, 8).Select(i => Entity(EntityKind.LaunchPlan, "lp", $"{i}")).ToList();
        foreach (var plan in plans)
            await Store.Catalog.AddAsync(plan, Token);

        for (var round = 0; round < 5; round++)
            await Task.WhenAll(
                plans.Select(plan => Task.Run(() => Store.Catalog.SetLaunchPlanStateAsync(plan.Key, true, Now, "", Token), Token))
            );

        var stored = await Store.Catalog.GetManyAsync(EntityKind.LaunchPlan, [.. plans.Select(plan => plan.Key)], Token);
        Assert.Equal((await ActiveAsync("lp"))!.Key, Assert.Single(stored, plan => plan.Active).Key);
    }

    private static CatalogEntity Entity(EntityKind kind, string name, string version) =>
        new()
        {
            Kind = kind,
            Key = new EntityKey("p", "d", name, version),
            Body = [1, 0, 1],
            Digest = [2, 2],
            CreatedAt = StoreSamples.Start,
            UpdatedAt = StoreSamples.Start,
        };

    private Task<CatalogEntity?> ActiveAsync(string name) => Store.Catalog.GetActiveLaunchPlanAsync("p", "d", name, Token);
}
