using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;
using Transponder.Core.Store;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Integrations.Stores;

/// <summary>A catalog as the first schema holds it, and what a later release must make of it.</summary>
internal static class EarlierCatalog
{
    private static readonly Timestamp Start = StoreSamples.Start.ToTimestamp();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The statements that store it.</summary>
    /// <param name="bytes">The database's literal of bytes.</param>
    /// <param name="time">Its literal of the start.</param>
    /// <param name="no">Its literal of false.</param>
    public static string Insert(Func<byte[], string> bytes, string time, string no)
    {
        (EntityKind Kind, string Name, string Version, IMessage Body)[] rows =
        [
            (EntityKind.Task, "t", "1", FlyteTask("t", "1")),
            (EntityKind.Task, "t", "2", FlyteTask("t", "2")),
            (EntityKind.Workflow, ".flytegen.t", "1", FlyteWorkflow(".flytegen.t")),
            (EntityKind.Workflow, "wf", "1", FlyteWorkflow("wf")),
            (EntityKind.LaunchPlan, "lp", "1", Plan()),
        ];
        var values = rows.Select(row =>
            $"({(int)row.Kind}, 'p', 'd', '{row.Name}', '{row.Version}', {bytes(row.Body.ToByteArray())}, {bytes([1])}, {time}, {time}, {no})"
        );
        return $"""
            INSERT INTO projects (id, body, created_at) VALUES ('p', {bytes([])}, {time});
            INSERT INTO catalog_entities (kind, project, domain, name, version, body, digest, created_at, updated_at, active)
            VALUES {string.Join(", ", values)};
            """;
    }

    /// <summary>Brings the store up to date, and checks that lists know everything.</summary>
    public static async Task AssertSurvivesAsync(IStore store)
    {
        Assert.Contains("0002_catalog", await store.MigrateAsync(Token));
        Assert.Equal(5, (await store.Catalog.ListUntraitedAsync(10, Token)).Count);
        await CatalogUpgrade.RunAsync(store.Catalog, Token);
        Assert.Empty(await store.Catalog.ListUntraitedAsync(10, Token));

        Assert.Equal(["1", "2"], await VersionsAsync(store, EntityKind.Task, CatalogColumn.TaskType, "python-task"));
        Assert.Equal(["1", "2"], await VersionsAsync(store, EntityKind.Task, CatalogColumn.ShortDescription, "about t"));
        Assert.Equal(["1"], await VersionsAsync(store, EntityKind.LaunchPlan, CatalogColumn.ScheduleType, "CRON"));
        Assert.Equal(["1"], await VersionsAsync(store, EntityKind.LaunchPlan, CatalogColumn.WorkflowName, "wf"));
        var workflow = (await store.Catalog.ListAsync(Query(EntityKind.Workflow) with { Name = "wf" }, Token)).Single();
        Assert.Empty(Workflow.Parser.ParseFrom(workflow.Body).Closure.CompiledWorkflow.Primary.Template.Nodes);
        Assert.Equal(StoreSamples.Start, (await store.Catalog.GetProjectAsync("p", Token))!.CreatedAt);
        Assert.Equal(NamedEntityState.SystemGenerated, await StateAsync(store, EntityKind.Workflow, ".flytegen.t"));
        Assert.Equal(NamedEntityState.NamedEntityActive, await StateAsync(store, EntityKind.Workflow, "wf"));
        Assert.Equal(NamedEntityState.NamedEntityActive, await StateAsync(store, EntityKind.Task, "t"));
    }

    private static async Task<IEnumerable<string>> VersionsAsync(IStore store, EntityKind kind, CatalogColumn column, string value) =>
        (await store.Catalog.ListAsync(Query(kind) with { Filters = [new(column, FilterFunction.Eq, [value])] }, Token)).Select(entity =>
            entity.Key.Version
        );

    private static async Task<NamedEntityState> StateAsync(IStore store, EntityKind kind, string name) =>
        (await store.Catalog.GetNameAsync(new NameKey(kind, "p", "d", name), Token))!.State;

    private static CatalogQuery Query(EntityKind kind) =>
        new()
        {
            Kind = kind,
            Project = "p",
            Domain = "d",
            Sort = new(CatalogColumn.Version, Descending: false),
            Page = new(0, 10),
        };

    private static Flyteidl.Admin.Task FlyteTask(string name, string version) =>
        new()
        {
            Id = Id(ResourceType.Task, name, version),
            ShortDescription = $"about {name}",
            Closure = new TaskClosure
            {
                CreatedAt = Start,
                CompiledTask = new CompiledTask { Template = new TaskTemplate { Type = "python-task" } },
            },
        };

    private static Workflow FlyteWorkflow(string name) =>
        new()
        {
            Id = Id(ResourceType.Workflow, name, "1"),
            Closure = new Flyteidl.Admin.WorkflowClosure
            {
                CreatedAt = Start,
                CompiledWorkflow = new CompiledWorkflowClosure
                {
                    Primary = new CompiledWorkflow
                    {
                        Template = new WorkflowTemplate { Interface = new TypedInterface(), Nodes = { new Node { Id = "n0" } } },
                    },
                },
            },
        };

    private static LaunchPlan Plan() =>
        new()
        {
            Id = Id(ResourceType.LaunchPlan, "lp", "1"),
            Spec = new LaunchPlanSpec
            {
                WorkflowId = Id(ResourceType.Workflow, "wf", "1"),
                EntityMetadata = new LaunchPlanMetadata
                {
                    Schedule = new Schedule { CronSchedule = new CronSchedule { Schedule = "0 * * * *" } },
                },
            },
            Closure = new LaunchPlanClosure { CreatedAt = Start },
        };

    private static Identifier Id(ResourceType type, string name, string version) =>
        new()
        {
            ResourceType = type,
            Project = "p",
            Domain = "d",
            Name = name,
            Version = version,
        };
}
