using Flyteidl.Admin;
using Transponder.Protocol;
using Xunit;
using static Flyteidl.Admin.Project.Types;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using FlyteProject = Flyteidl.Admin.Project;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

public sealed class ProjectRegistryTests
{
    [Fact]
    public async Task Project_RegisteredAndRead_HasTheConfiguredDomains()
    {
        await using var fixture = await CreateAsync();
        await RegisterAsync(fixture, new FlyteProject { Id = "alpha", Name = "Alpha" });

        var read = await fixture.Projects.GetAsync(new ProjectGetRequest { Id = "alpha" }, Token);

        Assert.Equal("Alpha", read.Name);
        Assert.Equal(["development", "staging", "production"], read.Domains.Select(d => d.Id));
        await FailsAsync(
            StatusCode.AlreadyExists,
            "project [alpha] already exists",
            () => RegisterAsync(fixture, new FlyteProject { Id = "alpha", Name = "Alpha" })
        );
        await FailsAsync(
            StatusCode.NotFound,
            "missing entity of type project with identifier beta",
            () => fixture.Projects.GetAsync(new ProjectGetRequest { Id = "beta" }, Token)
        );
    }

    [Fact]
    public async Task Seeding_Twice_ChangesNothing()
    {
        await using var fixture = await CreateAsync();
        await fixture.Projects.SeedAsync([CatalogFixture.Project], Token);

        Assert.Equal([CatalogFixture.Project], await NamesAsync(fixture, new ProjectListRequest()));
    }

    [Fact]
    public async Task List_IsSortedFilteredAndPaged()
    {
        await using var fixture = await CreateAsync();
        foreach (var id in new[] { "gamma", "alpha", "beta" })
            await RegisterAsync(fixture, new FlyteProject { Id = id, Name = id.ToUpperInvariant() });

        Assert.Equal(["alpha", "beta", "flytesnacks", "gamma"], await NamesAsync(fixture, new ProjectListRequest()));
        Assert.Equal(
            ["alpha", "gamma"],
            await NamesAsync(fixture, new ProjectListRequest { Filters = "value_in(project.identifier,gamma;alpha)" })
        );
        Assert.Equal(["beta"], await NamesAsync(fixture, new ProjectListRequest { Filters = "eq(name,BETA)+ne(identifier,alpha)" }));
        Assert.Empty(await NamesAsync(fixture, new ProjectListRequest { Filters = "eq(state,1)" }));
        Assert.Equal(
            ["gamma", "flytesnacks"],
            await NamesAsync(
                fixture,
                new ProjectListRequest
                {
                    Limit = 2,
                    SortBy = new Sort { Key = "identifier" },
                }
            )
        );
        var page = await fixture.Projects.ListAsync(new ProjectListRequest { Limit = 3 }, null, Token);
        Assert.Equal("3", page.Token);
        Assert.Equal(["gamma"], await NamesAsync(fixture, new ProjectListRequest { Limit = 3, Token = page.Token }));
        await FailsAsync(
            StatusCode.InvalidArgument,
            "'color' is an invalid field",
            () => NamesAsync(fixture, new ProjectListRequest { Filters = "eq(color,red)" })
        );
    }

    public static TheoryData<string, FlyteProject?> Refusals =>
        new()
        {
            { "missing project", null },
            {
                "missing project.name",
                new FlyteProject { Id = "p" }
            },
            {
                "missing project.id",
                new FlyteProject { Name = "p" }
            },
            {
                "invalid project id [Big]",
                new FlyteProject { Id = "Big", Name = "p" }
            },
            {
                "project.name cannot exceed 64",
                new FlyteProject { Id = "p", Name = new string('n', 65) }
            },
            {
                "project.description cannot exceed 300",
                new FlyteProject
                {
                    Id = "p",
                    Name = "p",
                    Description = new string('n', 301),
                }
            },
            {
                "project.domains cannot be set",
                new FlyteProject
                {
                    Id = "p",
                    Name = "p",
                    Domains = { new Flyteidl.Admin.Domain { Id = "d" } },
                }
            },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task WrongProject_Registered_IsInvalidArgument(string message, FlyteProject? project)
    {
        await using var fixture = await CreateAsync();

        await FailsAsync(StatusCode.InvalidArgument, message, () => RegisterAsync(fixture, project));
    }

    [Fact]
    public async Task RegisteredState_IsAlwaysActive()
    {
        await using var fixture = await CreateAsync();
        await RegisterAsync(
            fixture,
            new FlyteProject
            {
                Id = "p",
                Name = "p",
                State = ProjectState.Archived,
            }
        );

        Assert.Equal(ProjectState.Active, (await fixture.Projects.GetAsync(new ProjectGetRequest { Id = "p" }, Token)).State);
    }

    private static Task<ProjectRegisterResponse> RegisterAsync(CatalogFixture fixture, FlyteProject? project) =>
        fixture.Projects.RegisterAsync(new ProjectRegisterRequest { Project = project }, Token);

    private static async Task<IEnumerable<string>> NamesAsync(CatalogFixture fixture, ProjectListRequest request) =>
        (await fixture.Projects.ListAsync(request, null, Token)).Projects_.Select(p => p.Id);
}
