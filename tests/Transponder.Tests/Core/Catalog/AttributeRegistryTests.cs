using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

public sealed class AttributeRegistryTests
{
    private const string Project = CatalogFixture.Project;
    private const string Domain = CatalogFixture.Domain;

    public static TheoryData<MatchableResource, MatchingAttributes> Kinds { get; } =
        new()
        {
            {
                MatchableResource.TaskResource,
                new() { TaskResourceAttributes = new() { Defaults = new TaskResourceSpec { Cpu = "1" } } }
            },
            {
                MatchableResource.ClusterResource,
                new() { ClusterResourceAttributes = new() { Attributes = { ["quota"] = "5" } } }
            },
            {
                MatchableResource.ExecutionQueue,
                new() { ExecutionQueueAttributes = new() { Tags = { "gpu" } } }
            },
            {
                MatchableResource.ExecutionClusterLabel,
                new() { ExecutionClusterLabel = new() { Value = "east" } }
            },
            {
                MatchableResource.QualityOfServiceSpecification,
                new() { QualityOfService = new() { Tier = QualityOfService.Types.Tier.High } }
            },
            { MatchableResource.PluginOverride, Override("spark", "a") },
            {
                MatchableResource.WorkflowExecutionConfig,
                new() { WorkflowExecutionConfig = new() { MaxParallelism = 5 } }
            },
            {
                MatchableResource.ClusterAssignment,
                new() { ClusterAssignment = new() { ClusterPoolName = "pool" } }
            },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EachKind_IsSetFoundListedAndDeleted(MatchableResource kind, MatchingAttributes attributes)
    {
        await using var fixture = await CreateAsync();
        await SetDomainAsync(fixture, attributes);

        var found = await GetDomainAsync(fixture, kind);
        Assert.Equal((Project, Domain), (found.Project, found.Domain));
        Assert.Equal(attributes, found.MatchingAttributes);
        var all = await fixture.Attributes.ListAsync(new ListMatchableAttributesRequest { ResourceType = kind }, null, Token);
        Assert.Equal(attributes, Assert.Single(all.Configurations).Attributes);

        await fixture.Attributes.DeleteAsync(
            new ProjectDomainAttributesDeleteRequest
            {
                Project = Project,
                Domain = Domain,
                ResourceType = kind,
            },
            Token
        );
        await FailsAsync(StatusCode.NotFound, $"{Project}/{Domain} of resource type {kind}", () => GetDomainAsync(fixture, kind));
    }

    [Fact]
    public async Task Question_IsAnsweredFromTheMostSpecificLevel()
    {
        await using var fixture = await CreateAsync();
        await SetProjectAsync(fixture, Queue("project"));
        Assert.Equal(("", "project"), Said(await GetDomainAsync(fixture, MatchableResource.ExecutionQueue)));

        await SetDomainAsync(fixture, Queue("domain"));
        Assert.Equal((Domain, "domain"), Said(await GetDomainAsync(fixture, MatchableResource.ExecutionQueue)));
        var ofWorkflow = await GetWorkflowAsync(fixture, "wf");
        Assert.Equal(("", "domain"), (ofWorkflow.Workflow, ofWorkflow.MatchingAttributes.ExecutionQueueAttributes.Tags[0]));

        await SetWorkflowAsync(fixture, "wf", Queue("workflow"));
        ofWorkflow = await GetWorkflowAsync(fixture, "wf");
        Assert.Equal(("wf", "workflow"), (ofWorkflow.Workflow, ofWorkflow.MatchingAttributes.ExecutionQueueAttributes.Tags[0]));
        Assert.Equal("domain", (await GetWorkflowAsync(fixture, "other")).MatchingAttributes.ExecutionQueueAttributes.Tags[0]);
        Assert.Equal(
            "project",
            (await GetProjectAsync(fixture, MatchableResource.ExecutionQueue)).MatchingAttributes.ExecutionQueueAttributes.Tags[0]
        );

        await fixture.Attributes.DeleteAsync(
            new ProjectAttributesDeleteRequest { Project = Project, ResourceType = MatchableResource.ExecutionQueue },
            Token
        );
        await FailsAsync(StatusCode.NotFound, Project, () => GetProjectAsync(fixture, MatchableResource.ExecutionQueue));
        Assert.Equal((Domain, "domain"), Said(await GetDomainAsync(fixture, MatchableResource.ExecutionQueue)));

        static (string, string) Said(ProjectDomainAttributes found) =>
            (found.Domain, found.MatchingAttributes.ExecutionQueueAttributes.Tags[0]);
    }

    [Fact]
    public async Task PluginOverrides_AreMergedByTaskType_OthersReplaced()
    {
        await using var fixture = await CreateAsync();
        await SetDomainAsync(fixture, Override("spark", "a"));
        await SetDomainAsync(fixture, Override("ray", "b"));
        await SetDomainAsync(fixture, Override("spark", "c"));
        await SetDomainAsync(fixture, Queue("one"));
        await SetDomainAsync(fixture, Queue("two"));

        var overrides = (await GetDomainAsync(fixture, MatchableResource.PluginOverride)).MatchingAttributes.PluginOverrides.Overrides;
        Assert.Equal(["ray: b", "spark: c"], overrides.Select(one => $"{one.TaskType}: {one.PluginId[0]}"));
        var queue = (await GetDomainAsync(fixture, MatchableResource.ExecutionQueue)).MatchingAttributes.ExecutionQueueAttributes;
        Assert.Equal(["two"], queue.Tags);
    }

    [Fact]
    public async Task ExecutionSettingsOfAProject_AreCompletedByThePlatforms()
    {
        await using var fixture = await CreateAsync();
        var unset = await GetProjectAsync(fixture, MatchableResource.WorkflowExecutionConfig);
        await SetProjectAsync(fixture, new() { WorkflowExecutionConfig = new() { Interruptible = true } });
        var set = await GetProjectAsync(fixture, MatchableResource.WorkflowExecutionConfig);

        Assert.Equal(25, unset.MatchingAttributes.WorkflowExecutionConfig.MaxParallelism);
        Assert.Equal(25, set.MatchingAttributes.WorkflowExecutionConfig.MaxParallelism);
        Assert.True(set.MatchingAttributes.WorkflowExecutionConfig.Interruptible);
    }

    [Fact]
    public async Task List_ShowsOnlySomeProjects_WhenAsked()
    {
        await using var fixture = await CreateAsync();
        await fixture.Projects.SeedAsync(["other"], Token);
        await SetProjectAsync(fixture, Queue("a"));
        await SetProjectAsync(fixture, Queue("b"), "other");
        var request = new ListMatchableAttributesRequest { ResourceType = MatchableResource.ExecutionQueue };

        Assert.Equal(2, (await fixture.Attributes.ListAsync(request, null, Token)).Configurations.Count);
        var some = await fixture.Attributes.ListAsync(request, new HashSet<string> { "other" }, Token);
        Assert.Equal("other", Assert.Single(some.Configurations).Project);
    }

    [Fact]
    public async Task WrongRequest_IsInvalidArgument()
    {
        await using var fixture = await CreateAsync();
        await fixture.Projects.SeedAsync(["gone"], Token);
        await fixture.Projects.UpdateAsync(
            new Flyteidl.Admin.Project { Id = "gone", State = Flyteidl.Admin.Project.Types.ProjectState.Archived },
            "",
            Token
        );

        await FailsAsync(
            StatusCode.InvalidArgument,
            "missing attributes",
            () => fixture.Attributes.UpdateAsync(new ProjectAttributesUpdateRequest(), Token)
        );
        await FailsAsync(StatusCode.InvalidArgument, "project [gone] is not active", () => SetProjectAsync(fixture, Queue("a"), "gone"));
        await FailsAsync(
            StatusCode.InvalidArgument,
            "project [none] is not registered",
            () => SetProjectAsync(fixture, Queue("a"), "none")
        );
        await FailsAsync(StatusCode.InvalidArgument, "has no target", () => SetDomainAsync(fixture, new MatchingAttributes()));
        await FailsAsync(StatusCode.InvalidArgument, "missing attributes.matching_attributes", () => SetDomainAsync(fixture, null));
        await FailsAsync(StatusCode.InvalidArgument, "missing attributes.workflow", () => SetWorkflowAsync(fixture, "", Queue("a")));
        await FailsAsync(
            StatusCode.InvalidArgument,
            "domain [nowhere] is unrecognized",
            () => SetDomainAsync(fixture, Queue("a"), "nowhere")
        );
        await FailsAsync(StatusCode.InvalidArgument, "resource_type: 77", () => GetDomainAsync(fixture, (MatchableResource)77));
    }

    private static MatchingAttributes Queue(string tag) => new() { ExecutionQueueAttributes = new() { Tags = { tag } } };

    private static MatchingAttributes Override(string type, string plugin) =>
        new()
        {
            PluginOverrides = new()
            {
                Overrides =
                {
                    new PluginOverride { TaskType = type, PluginId = { plugin } },
                },
            },
        };

    private static Task<ProjectAttributesUpdateResponse> SetProjectAsync(
        CatalogFixture fixture,
        MatchingAttributes attributes,
        string project = Project
    ) =>
        fixture.Attributes.UpdateAsync(
            new ProjectAttributesUpdateRequest
            {
                Attributes = new() { Project = project, MatchingAttributes = attributes },
            },
            Token
        );

    private static Task<ProjectDomainAttributesUpdateResponse> SetDomainAsync(
        CatalogFixture fixture,
        MatchingAttributes? attributes,
        string domain = Domain
    ) =>
        fixture.Attributes.UpdateAsync(
            new ProjectDomainAttributesUpdateRequest
            {
                Attributes = new()
                {
                    Project = Project,
                    Domain = domain,
                    MatchingAttributes = attributes,
                },
            },
            Token
        );

    private static Task<WorkflowAttributesUpdateResponse> SetWorkflowAsync(
        CatalogFixture fixture,
        string workflow,
        MatchingAttributes attributes
    ) =>
        fixture.Attributes.UpdateAsync(
            new WorkflowAttributesUpdateRequest
            {
                Attributes = new()
                {
                    Project = Project,
                    Domain = Domain,
                    Workflow = workflow,
                    MatchingAttributes = attributes,
                },
            },
            Token
        );

    private static async Task<ProjectAttributes> GetProjectAsync(CatalogFixture fixture, MatchableResource kind) =>
        (await fixture.Attributes.GetAsync(new ProjectAttributesGetRequest { Project = Project, ResourceType = kind }, Token)).Attributes;

    private static async Task<ProjectDomainAttributes> GetDomainAsync(CatalogFixture fixture, MatchableResource kind) =>
        (
            await fixture.Attributes.GetAsync(
                new ProjectDomainAttributesGetRequest
                {
                    Project = Project,
                    Domain = Domain,
                    ResourceType = kind,
                },
                Token
            )
        ).Attributes;

    private static async Task<WorkflowAttributes> GetWorkflowAsync(CatalogFixture fixture, string workflow) =>
        (
            await fixture.Attributes.GetAsync(
                new WorkflowAttributesGetRequest
                {
                    Project = Project,
                    Domain = Domain,
                    Workflow = workflow,
                    ResourceType = MatchableResource.ExecutionQueue,
                },
                Token
            )
        ).Attributes;
}
