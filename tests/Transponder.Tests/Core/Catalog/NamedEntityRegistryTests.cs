using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

public sealed class NamedEntityRegistryTests
{
    private const string Project = CatalogFixture.Project;
    private const string Domain = CatalogFixture.Domain;

    [Fact]
    public async Task Name_OfRegisteredTask_IsActiveAndCanBeDescribedAndArchived()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        var before = await GetAsync(fixture, ResourceType.Task, "t");

        await UpdateAsync(fixture, ResourceType.Task, "t", "what it does", NamedEntityState.NamedEntityArchived);
        var archived = await GetAsync(fixture, ResourceType.Task, "t");
        await UpdateAsync(fixture, ResourceType.Task, "t", "", NamedEntityState.NamedEntityActive);
        var back = await GetAsync(fixture, ResourceType.Task, "t");

        Assert.Equal(("", NamedEntityState.NamedEntityActive), (before.Metadata.Description, before.Metadata.State));
        Assert.Equal((ResourceType.Task, "t"), (before.ResourceType, before.Id.Name));
        Assert.Equal(("what it does", NamedEntityState.NamedEntityArchived), (archived.Metadata.Description, archived.Metadata.State));
        Assert.Equal(("what it does", NamedEntityState.NamedEntityActive), (back.Metadata.Description, back.Metadata.State));
    }

    [Fact]
    public async Task ArchivedName_IsHiddenFromIds_AndShownByEntities()
    {
        await using var fixture = await CreateAsync();
        foreach (var name in new[] { "b", "a", "c" })
            await fixture.Tasks.CreateAsync(Samples.Task(name), Token);
        await UpdateAsync(fixture, ResourceType.Task, "b", "", NamedEntityState.NamedEntityArchived);

        Assert.Equal("a,c", await IdsAsync(fixture, EntityKind.Task, ""));
        Assert.Equal("b", await IdsAsync(fixture, EntityKind.Task, "eq(state,1)"));
        Assert.Equal("a,b,c", await NamesAsync(fixture, ResourceType.Task, ""));
        Assert.Equal("a,c", await NamesAsync(fixture, ResourceType.Task, "eq(state,0)"));
        Assert.Equal("b", await NamesAsync(fixture, ResourceType.Task, "eq(named_entity_metadata.state,NAMED_ENTITY_ARCHIVED)"));
        Assert.Equal("c", await NamesAsync(fixture, ResourceType.Task, "gt(entities.name,b)"));
    }

    [Fact]
    public async Task WorkflowAroundATask_IsHidden_UnlessStateIsAsked()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        var request = Samples.Execution("alone", "t");
        request.Spec.LaunchPlan = Samples.Id(ResourceType.Task, "t");
        request.Inputs = Samples.Literals(("x", Samples.Integer(1)));
        await fixture.Launcher.CreateAsync(request, "", Token);

        Assert.Equal("wf", await NamesAsync(fixture, ResourceType.Workflow, ""));
        Assert.Equal("wf", await IdsAsync(fixture, EntityKind.Workflow, ""));
        Assert.Equal(".flytegen.t", await NamesAsync(fixture, ResourceType.Workflow, "eq(state,2)"));
    }

    [Fact]
    public async Task WrongRequest_IsRefused()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();

        await FailsAsync(StatusCode.NotFound, "task", () => GetAsync(fixture, ResourceType.Task, "none"));
        await FailsAsync(StatusCode.NotFound, "workflow", () => UpdateAsync(fixture, ResourceType.Workflow, "none", "", default));
        await FailsAsync(StatusCode.InvalidArgument, "resource_type", () => GetAsync(fixture, ResourceType.Dataset, "t"));
        await FailsAsync(StatusCode.InvalidArgument, "resource_type", () => GetAsync(fixture, ResourceType.Unspecified, "t"));
        await FailsAsync(StatusCode.InvalidArgument, "id.name", () => GetAsync(fixture, ResourceType.Task, ""));
        await FailsAsync(
            StatusCode.InvalidArgument,
            "metadata.state",
            () => UpdateAsync(fixture, ResourceType.Task, "t", "", (NamedEntityState)9)
        );
        await FailsAsync(
            StatusCode.InvalidArgument,
            "cannot exceed 300",
            () => UpdateAsync(fixture, ResourceType.Task, "t", new string('d', 301), default)
        );
        await FailsAsync(
            StatusCode.InvalidArgument,
            "an invalid field of named entities",
            () => IdsAsync(fixture, EntityKind.Task, "eq(version,1)")
        );
    }

    private static Task<NamedEntity> GetAsync(CatalogFixture fixture, ResourceType type, string name) =>
        fixture.Names.GetAsync(new NamedEntityGetRequest { ResourceType = type, Id = Id(name) }, Token);

    private static Task<NamedEntityUpdateResponse> UpdateAsync(
        CatalogFixture fixture,
        ResourceType type,
        string name,
        string description,
        NamedEntityState state
    ) =>
        fixture.Names.UpdateAsync(
            new NamedEntityUpdateRequest
            {
                ResourceType = type,
                Id = Id(name),
                Metadata = new NamedEntityMetadata { Description = description, State = state },
            },
            Token
        );

    private static async Task<string> IdsAsync(CatalogFixture fixture, EntityKind kind, string filters)
    {
        var request = new NamedEntityIdentifierListRequest
        {
            Project = Project,
            Domain = Domain,
            Limit = 10,
            Filters = filters,
        };
        return string.Join(',', (await fixture.Names.ListIdsAsync(kind, request, Token)).Entities.Select(id => id.Name));
    }

    private static async Task<string> NamesAsync(CatalogFixture fixture, ResourceType type, string filters)
    {
        var request = new NamedEntityListRequest
        {
            ResourceType = type,
            Project = Project,
            Domain = Domain,
            Limit = 10,
            Filters = filters,
        };
        return string.Join(',', (await fixture.Names.ListAsync(request, Token)).Entities.Select(entity => entity.Id.Name));
    }

    private static NamedEntityIdentifier Id(string name) =>
        new()
        {
            Project = Project,
            Domain = Domain,
            Name = name,
        };
}
