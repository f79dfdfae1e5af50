using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

public sealed class CatalogReaderTests
{
    private const string Project = CatalogFixture.Project;
    private const string Domain = CatalogFixture.Domain;

    [Fact]
    public async Task Tasks_AreListedOldestFirst_PageByPage()
    {
        await using var fixture = await CreateAsync();
        foreach (var name in new[] { "c", "a", "b" })
            await RegisterTaskAsync(fixture, name);

        var first = await fixture.Catalog.ListTasksAsync(Request(limit: 2), Token);
        var second = await fixture.Catalog.ListTasksAsync(Request(limit: 2, token: first.Token), Token);

        Assert.Equal(["c", "a"], first.Tasks.Select(task => task.Id.Name));
        Assert.Equal("2", first.Token);
        Assert.Equal(["b"], second.Tasks.Select(task => task.Id.Name));
        Assert.Equal("", second.Token);
        Assert.Equal("python-task", first.Tasks[0].Closure.CompiledTask.Template.Type);
    }

    [Fact]
    public async Task Workflows_AreListedWithTheirInterfaceOnly()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();

        var workflow = Assert.Single((await fixture.Catalog.ListWorkflowsAsync(Request(), Token)).Workflows);

        Assert.Equal("wf", workflow.Id.Name);
        Assert.Equal(["x"], workflow.Closure.CompiledWorkflow.Primary.Template.Interface.Inputs.Variables.Keys);
        Assert.Empty(workflow.Closure.CompiledWorkflow.Primary.Template.Nodes);
        Assert.Empty(workflow.Closure.CompiledWorkflow.Tasks);
        Assert.NotNull(workflow.Closure.CreatedAt);
    }

    [Theory]
    [InlineData("", "scheduled,plain")]
    [InlineData("eq(schedule_type,CRON)", "scheduled")]
    [InlineData("eq(launch_plan.schedule_type,NONE)+eq(workflow.name,wf)", "plain")]
    [InlineData("eq(workflow.name,other)", "")]
    [InlineData("eq(state,1)", "plain")]
    [InlineData("eq(state,inactive)", "scheduled")]
    [InlineData("value_in(name,plain;scheduled)+ne(version,v2)+gt(created_at,2020-01-01T00:00:00Z)", "scheduled,plain")]
    public async Task LaunchPlans_AreFiltered(string filters, string names)
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        foreach (var name in new[] { "scheduled", "plain" })
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            var request = Samples.LaunchPlan(name, "wf");
            request.Spec.FixedInputs = Samples.Literals(("x", Samples.Integer(1)));
            if (name == "scheduled")
                request.Spec.EntityMetadata.Schedule = new Schedule { CronSchedule = new CronSchedule { Schedule = "0 * * * *" } };
            await fixture.LaunchPlans.CreateAsync(request, "", Token);
        }
        await fixture.LaunchPlans.UpdateAsync(
            new LaunchPlanUpdateRequest { Id = Samples.Id(ResourceType.LaunchPlan, "plain"), State = LaunchPlanState.Active },
            "",
            Token
        );

        var found = await fixture.Catalog.ListLaunchPlansAsync(Request(filters: Without(filters, "ne(name,lp)")), Token);
        Assert.Equal(names, string.Join(',', found.LaunchPlans.Select(plan => plan.Id.Name)));
        var active = await fixture.Catalog.ListActiveLaunchPlansAsync(
            new ActiveLaunchPlanListRequest
            {
                Project = Project,
                Domain = Domain,
                Limit = 10,
            },
            Token
        );
        Assert.Equal("plain", Assert.Single(active.LaunchPlans).Id.Name);
        Assert.Equal(LaunchPlanState.Active, active.LaunchPlans[0].Closure.State);
    }

    [Theory]
    [InlineData("invalid value for limit", 0, "", "", "")]
    [InlineData("invalid pagination token x1", 1, "x1", "", "")]
    [InlineData("invalid pagination token -1", 1, "-1", "", "")]
    [InlineData("'colour' is an invalid field of tasks; known are project", 1, "", "eq(colour,red)", "")]
    [InlineData("'workflow.name' is an invalid field of tasks", 1, "", "eq(workflow.name,red)", "")]
    [InlineData("unrecognized filter function: like", 1, "", "like(name,red)", "")]
    [InlineData("is not of the form function(field,value)", 1, "", "name=red", "")]
    [InlineData("timestamp yesterday must conform to RFC 3339", 1, "", "gt(created_at,yesterday)", "")]
    [InlineData("'created_at' is no text", 1, "", "contains(created_at,2024)", "")]
    [InlineData("'colour' is an invalid field of tasks", 1, "", "", "colour")]
    public async Task WrongRequest_IsInvalidArgument(string message, uint limit, string token, string filters, string sort)
    {
        await using var fixture = await CreateAsync();
        var request = Request(limit, token, filters);
        request.SortBy = new Sort { Key = sort };

        await FailsAsync(StatusCode.InvalidArgument, message, () => fixture.Catalog.ListTasksAsync(request, Token));
    }

    [Fact]
    public async Task Request_WithoutProjectOrDomain_IsInvalidArgument()
    {
        await using var fixture = await CreateAsync();
        foreach (var (id, message) in new[] { (null, "missing id"), (new NamedEntityIdentifier { Domain = "d" }, "missing id.project") })
            await FailsAsync(
                StatusCode.InvalidArgument,
                message,
                () => fixture.Catalog.ListWorkflowsAsync(new ResourceListRequest { Id = id, Limit = 1 }, Token)
            );
        await FailsAsync(
            StatusCode.InvalidArgument,
            "missing domain",
            () => fixture.Catalog.ListActiveLaunchPlansAsync(new ActiveLaunchPlanListRequest { Project = "p", Limit = 1 }, Token)
        );
    }

    [Fact]
    public async Task Description_ComesWithTheTask_AndIsListed()
    {
        await using var fixture = await CreateAsync();
        var request = Samples.Task("t");
        request.Spec.Description = new DescriptionEntity
        {
            ShortDescription = "short",
            LongDescription = new Description { Value = "long", Format = DescriptionFormat.Markdown },
            SourceCode = new SourceCode { Link = "https://example.com/t.py" },
        };
        await fixture.Tasks.CreateAsync(request, Token);
        await fixture.Tasks.CreateAsync(Samples.Task("silent"), Token);

        var found = await fixture.Catalog.GetDescriptionAsync(new ObjectGetRequest { Id = request.Id }, Token);
        var listed = await fixture.Catalog.ListDescriptionsAsync(
            new DescriptionEntityListRequest
            {
                ResourceType = ResourceType.Task,
                Id = Request().Id,
                Limit = 5,
            },
            Token
        );

        Assert.Equal(request.Id, found.Id);
        Assert.Equal(("short", "long"), (found.ShortDescription, found.LongDescription.Value));
        Assert.Equal([found], listed.DescriptionEntities);
        Assert.Equal(
            "short",
            (await fixture.Catalog.ListTasksAsync(Request(filters: "contains(short_description,sho)"), Token)).Tasks[0].ShortDescription
        );
        await FailsAsync(
            StatusCode.NotFound,
            "description entity",
            () => fixture.Catalog.GetDescriptionAsync(new ObjectGetRequest { Id = Samples.Id(ResourceType.Task, "silent") }, Token)
        );
        await FailsAsync(
            StatusCode.InvalidArgument,
            "id.resource_type",
            () => fixture.Catalog.GetDescriptionAsync(new ObjectGetRequest { Id = Samples.Id(ResourceType.Dataset, "t") }, Token)
        );
    }

    private static async Task RegisterTaskAsync(CatalogFixture fixture, string name)
    {
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Tasks.CreateAsync(Samples.Task(name), Token);
    }

    private static string Without(string filters, string condition) => filters.Length == 0 ? condition : $"{filters}+{condition}";

    private static ResourceListRequest Request(uint limit = 10, string token = "", string filters = "") =>
        new()
        {
            Id = new NamedEntityIdentifier { Project = Project, Domain = Domain },
            Limit = limit,
            Token = token,
            Filters = filters,
        };
}
