using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Core.Lists;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task List_WithEqualTimes_ShowsEachVersionOnOnePage()
    {
        for (var i = 0; i < 23; i++)
            await Store.Catalog.AddAsync(Entity(EntityKind.Task, $"t{i % 5}", $"{i}"), Token);
        await Store.Catalog.AddAsync(Entity(EntityKind.Workflow, "t0", "w"), Token);
        await Store.Catalog.AddAsync(Elsewhere(EntityKind.Task, "t0", "other"), Token);

        foreach (var column in Enum.GetValues<CatalogColumn>())
        foreach (var descending in new[] { false, true })
        {
            var seen = new List<string>();
            var query = Listing(EntityKind.Task) with { Sort = new(column, descending), Page = new(0, 4) };
            while (await Store.Catalog.ListAsync(query, Token) is { Count: > 0 } page)
            {
                seen.AddRange(page.Select(entity => entity.Key.Version));
                query = query with { Page = query.Page with { Offset = query.Page.Offset + page.Count } };
            }
            Assert.Equal(Enumerable.Range(0, 23).Select(i => $"{i}").Order(), seen.Order());
        }

        var named = await Store.Catalog.ListAsync(Listing(EntityKind.Task) with { Name = "t4" }, Token);
        Assert.Equal(["4", "9", "14", "19"], named.Select(entity => entity.Key.Version));
    }

    [Theory]
    [InlineData(CatalogColumn.Name, FilterFunction.Eq, "b", "2,3")]
    [InlineData(CatalogColumn.Name, FilterFunction.Ne, "b", "1,4")]
    [InlineData(CatalogColumn.Name, FilterFunction.Gt, "a", "2,3,4")]
    [InlineData(CatalogColumn.Name, FilterFunction.Lte, "b", "1,2,3")]
    [InlineData(CatalogColumn.Name, FilterFunction.ValueIn, "a;c%_*", "1,4")]
    [InlineData(CatalogColumn.Name, FilterFunction.ValueNotIn, "a;c%_*", "2,3")]
    [InlineData(CatalogColumn.Name, FilterFunction.Contains, "%_", "4")]
    [InlineData(CatalogColumn.Name, FilterFunction.NotLike, "B%", "1,2,3,4")]
    [InlineData(CatalogColumn.Name, FilterFunction.NotLike, "c\\%\\_%", "1,2,3")]
    [InlineData(CatalogColumn.ScheduleType, FilterFunction.Eq, "CRON", "2")]
    [InlineData(CatalogColumn.WorkflowName, FilterFunction.Eq, "wf3", "3")]
    [InlineData(CatalogColumn.ShortDescription, FilterFunction.Contains, "words of 4", "4")]
    [InlineData(CatalogColumn.TaskType, FilterFunction.Eq, "python-1", "1")]
    public async Task List_Filter_Selects(CatalogColumn column, FilterFunction function, string operands, string versions)
    {
        string[] names = ["a", "b", "b", "c%_*"];
        for (var i = 1; i <= names.Length; i++)
            await Store.Catalog.AddAsync(Traited(names[i - 1], i), Token);

        var filter = new ListFilter<CatalogColumn>(column, function, operands.Split(';'));
        var found = await Store.Catalog.ListAsync(Listing(EntityKind.LaunchPlan) with { Filters = [filter] }, Token);

        Assert.Equal(versions, string.Join(',', found.Select(entity => entity.Key.Version)));
    }

    [Fact]
    public async Task List_FiltersByTimeAndState_AndSortsByThem()
    {
        for (var i = 1; i <= 4; i++)
            await Store.Catalog.AddAsync(Traited("lp", i), Token);
        await Store.Catalog.SetLaunchPlanStateAsync(new EntityKey("p", "d", "lp", "3"), true, Now, "", Token);

        Assert.Equal("3", await VersionsAsync(CatalogColumn.State, FilterFunction.Eq, 1L));
        Assert.Equal("1,2,4", await VersionsAsync(CatalogColumn.State, FilterFunction.ValueNotIn, 1L, 7L));
        Assert.Equal("3,4", await VersionsAsync(CatalogColumn.CreatedAt, FilterFunction.Gt, StoreSamples.Start.AddSeconds(2)));
        Assert.Equal("1,2", await VersionsAsync(CatalogColumn.CreatedAt, FilterFunction.Lte, StoreSamples.Start.AddSeconds(2)));
        Assert.Equal("3", await VersionsAsync(CatalogColumn.UpdatedAt, FilterFunction.Eq, Now));

        var newest = await Store.Catalog.ListAsync(
            Listing(EntityKind.LaunchPlan) with
            {
                Sort = new(CatalogColumn.CreatedAt, Descending: true),
                Page = new(1, 2),
            },
            Token
        );
        Assert.Equal(["3", "2"], newest.Select(entity => entity.Key.Version));
        Assert.Equal([true, false], newest.Select(entity => entity.Active));
    }

    [Fact]
    public async Task List_ShowsSummaries_AndGetTheWhole()
    {
        var entity = Entity(EntityKind.Workflow, "wf", "1") with { Traits = new EntityTraits { Summary = [7] } };
        await Store.Catalog.AddAsync(entity, Token);

        Assert.Equal([7], Assert.Single(await Store.Catalog.ListAsync(Listing(EntityKind.Workflow), Token)).Body);
        Assert.Equal([1, 0, 1], (await Store.Catalog.GetAsync(EntityKind.Workflow, entity.Key, Token))!.Body);
    }

    [Fact]
    public async Task Descriptions_AreThoseThatCame()
    {
        await Store.Catalog.AddAsync(Entity(EntityKind.Task, "a", "1") with { Description = [1] }, Token);
        await Store.Catalog.AddAsync(Entity(EntityKind.Task, "a", "2"), Token);
        await Store.Catalog.AddAsync(Entity(EntityKind.Task, "b", "1") with { Description = [2] }, Token);

        Assert.Equal([1], await Store.Catalog.GetDescriptionAsync(EntityKind.Task, new("p", "d", "a", "1"), Token));
        Assert.Null(await Store.Catalog.GetDescriptionAsync(EntityKind.Task, new("p", "d", "a", "2"), Token));
        Assert.Null(await Store.Catalog.GetDescriptionAsync(EntityKind.Task, new("p", "d", "c", "2"), Token));
        Assert.Equal(
            [
                [1],
                [2],
            ],
            await Store.Catalog.ListDescriptionsAsync(Listing(EntityKind.Task), Token)
        );
        Assert.Equal(
            [
                [2],
            ],
            await Store.Catalog.ListDescriptionsAsync(Listing(EntityKind.Task) with { Name = "b" }, Token)
        );
        Assert.Empty(await Store.Catalog.ListDescriptionsAsync(Listing(EntityKind.Workflow), Token));
    }

    [Fact]
    public async Task Names_AppearWithTheirFirstVersion_AndKeepDescriptionAndState()
    {
        foreach (var (name, version) in new[] { ("b", "1"), ("a", "1"), ("b", "2"), ("c", "1") })
            await Store.Catalog.AddAsync(Entity(EntityKind.Task, name, version), Token);
        await Store.Catalog.AddAsync(
            Entity(EntityKind.Workflow, "made", "1") with
            {
                Traits = new EntityTraits { IsGenerated = true },
            },
            Token
        );
        var key = new NameKey(EntityKind.Task, "p", "d", "b");

        Assert.True(await Store.Catalog.UpdateNameAsync(key, NamedEntityState.NamedEntityArchived, "words", Now, Token));
        Assert.True(await Store.Catalog.UpdateNameAsync(key with { Name = "c" }, NamedEntityState.NamedEntityActive, "more", Now, Token));
        Assert.True(await Store.Catalog.UpdateNameAsync(key with { Name = "c" }, NamedEntityState.NamedEntityActive, null, Now, Token));
        Assert.False(await Store.Catalog.UpdateNameAsync(key with { Name = "z" }, NamedEntityState.NamedEntityActive, "", Now, Token));
        await Store.Catalog.AddAsync(Entity(EntityKind.Task, "b", "3"), Token);
        await ReopenAsync();

        Assert.Equal(
            new NamedEntityRecord(key, "words", NamedEntityState.NamedEntityArchived),
            await Store.Catalog.GetNameAsync(key, Token)
        );
        Assert.Null(await Store.Catalog.GetNameAsync(key with { Kind = EntityKind.LaunchPlan }, Token));
        Assert.Equal(
            NamedEntityState.SystemGenerated,
            (await Store.Catalog.GetNameAsync(new(EntityKind.Workflow, "p", "d", "made"), Token))!.State
        );
        Assert.Equal("a,b,c", await NamesAsync(Naming()));
        Assert.Equal("c,b", await NamesAsync(Naming() with { Sort = new(NameColumn.Name, Descending: true), Page = new(0, 2) }));
        Assert.Equal("c", await NamesAsync(Naming() with { Page = new(2, 2) }));
        var active = new ListFilter<NameColumn>(NameColumn.State, FilterFunction.Eq, [0L]);
        Assert.Equal("a,c", await NamesAsync(Naming() with { Filters = [active] }));
        var described = new ListFilter<NameColumn>(NameColumn.Description, FilterFunction.Contains, ["ore"]);
        Assert.Equal("c", await NamesAsync(Naming() with { Filters = [active, described] }));
        Assert.Equal("", await NamesAsync(Naming() with { Domain = "e" }));
    }

    [Fact]
    public async Task Project_Update_ChangesTheStoredBody()
    {
        await Store.Catalog.AddProjectAsync(new ProjectRecord("a", [1], StoreSamples.Start), Token);

        Assert.True(await Store.Catalog.UpdateProjectAsync("a", stored => [.. stored, 2], Now, "", Token));
        Assert.False(await Store.Catalog.UpdateProjectAsync("b", stored => stored, Now, "", Token));

        var updated = await Store.Catalog.GetProjectAsync("a", Token);
        Assert.Equal([1, 2], updated!.Body);
        Assert.Equal((StoreSamples.Start, Now), (updated.CreatedAt, updated.UpdatedAt));
    }

    [Fact]
    public async Task Attributes_AreFoundAtTheMostSpecificLevel()
    {
        var project = new AttributesKey(MatchableResource.ExecutionQueue, "p");
        var domain = project with { Domain = "d" };
        var workflow = domain with { Workflow = "wf" };
        Assert.Null(await Store.Catalog.FindAttributesAsync(workflow, Token));

        foreach (var (key, value) in new[] { (workflow, (byte)3), (project, (byte)1), (domain, (byte)2) })
            await Store.Catalog.SetAttributesAsync(key, stored => [.. stored ?? [], value], Now, Token);
        await Store.Catalog.SetAttributesAsync(project, stored => [.. stored ?? [], 9], Now, Token);
        await Store.Catalog.SetAttributesAsync(project with { Project = "a" }, _ => [5], Now, Token);
        await Store.Catalog.SetAttributesAsync(project with { Kind = MatchableResource.TaskResource }, _ => [6], Now, Token);

        Assert.Equal([3], await FoundAsync(workflow));
        Assert.Equal([2], await FoundAsync(workflow with { Workflow = "other" }));
        Assert.Equal([2], await FoundAsync(domain));
        Assert.Equal([1, 9], await FoundAsync(workflow with { Domain = "e" }));
        Assert.Equal([1, 9], await FoundAsync(project));
        var all = await Store.Catalog.ListAttributesAsync(MatchableResource.ExecutionQueue, null, Token);
        Assert.Equal([workflow, domain, project with { Project = "a" }, project], all.Select(record => record.Key));
        Assert.Equal(
            [project with { Project = "a" }],
            (await Store.Catalog.ListAttributesAsync(MatchableResource.ExecutionQueue, new HashSet<string> { "a", "z" }, Token)).Select(
                record => record.Key
            )
        );
        Assert.Empty(await Store.Catalog.ListAttributesAsync(MatchableResource.ExecutionQueue, new HashSet<string>(), Token));

        await Store.Catalog.DeleteAttributesAsync(domain, Token);
        await Store.Catalog.DeleteAttributesAsync(domain, Token);
        Assert.Equal([1, 9], await FoundAsync(domain));
        Assert.Equal([3], await FoundAsync(workflow));
    }

    [Fact]
    public async Task Attributes_RacingMerges_AllCount()
    {
        var key = new AttributesKey(MatchableResource.PluginOverride, "p", "d");

        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i =>
                    Task.Run(
                        () => Store.Catalog.SetAttributesAsync(key, stored => [.. stored ?? [], (byte)i], Now, Token),
                        TestContext.Current.CancellationToken
                    )
                )
        );

        Assert.Equal(Enumerable.Range(0, 12).Select(i => (byte)i), (await FoundAsync(key)).Order());
    }

    private static CatalogEntity Elsewhere(EntityKind kind, string name, string version) =>
        Entity(kind, name, version) with
        {
            Key = new EntityKey("p", "other", name, version),
        };

    private static CatalogEntity Traited(string name, int version) =>
        Entity(EntityKind.LaunchPlan, name, $"{version}") with
        {
            CreatedAt = StoreSamples.Start.AddSeconds(version),
            UpdatedAt = StoreSamples.Start.AddSeconds(version),
            Traits = new EntityTraits
            {
                ShortDescription = $"words of {version}",
                TaskType = $"python-{version}",
                ScheduleType = version == 2 ? "CRON" : "NONE",
                Workflow = new EntityKey("p", "d", $"wf{version}", "1"),
            },
        };

    private static CatalogQuery Listing(EntityKind kind) =>
        new()
        {
            Kind = kind,
            Project = "p",
            Domain = "d",
            Sort = new(CatalogColumn.CreatedAt, Descending: false),
            Page = new(0, 100),
        };

    private static NameQuery Naming() =>
        new()
        {
            Kind = EntityKind.Task,
            Project = "p",
            Domain = "d",
            Sort = new(NameColumn.Name, Descending: false),
            Page = new(0, 100),
        };

    private async Task<string> VersionsAsync(CatalogColumn column, FilterFunction function, params object[] operands)
    {
        var query = Listing(EntityKind.LaunchPlan) with { Filters = [new(column, function, operands)] };
        return string.Join(',', (await Store.Catalog.ListAsync(query, Token)).Select(entity => entity.Key.Version));
    }

    private async Task<string> NamesAsync(NameQuery query) =>
        string.Join(',', (await Store.Catalog.ListNamesAsync(query, Token)).Select(record => record.Key.Name));

    private async Task<byte[]> FoundAsync(AttributesKey key) => (await Store.Catalog.FindAttributesAsync(key, Token))!.Body;
}
