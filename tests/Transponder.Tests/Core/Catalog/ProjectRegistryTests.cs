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
    private const string Project = CatalogFixture.Project;

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

    [Fact]
    public async Task Update_ChangesWhatTheRequestHas_AndTheStateAlways()
    {
        await using var fixture = await CreateAsync();
        await RegisterAsync(
            fixture,
            new FlyteProject
            {
                Id = "p",
                Name = "before",
                Description = "words",
                Labels = new Labels { Values = { ["team"] = "a" } },
            }
        );

        await fixture.Projects.UpdateAsync(new FlyteProject { Id = "p", State = ProjectState.Archived }, "", Token);
        var archived = await fixture.Projects.GetAsync(new ProjectGetRequest { Id = "p" }, Token);
        await fixture.Projects.UpdateAsync(
            new FlyteProject
            {
                Id = "p",
                Name = "after",
                Description = "more",
                Labels = new Labels(),
            },
            "",
            Token
        );
        var back = await fixture.Projects.GetAsync(new ProjectGetRequest { Id = "p" }, Token);

        Assert.Equal((ProjectState.Archived, "before", "words"), (archived.State, archived.Name, archived.Description));
        Assert.Equal("a", archived.Labels.Values["team"]);
        Assert.Equal((ProjectState.Active, "after", "more"), (back.State, back.Name, back.Description));
        Assert.Empty(back.Labels.Values);
    }

    [Fact]
    public async Task ArchivedProject_TakesNoRegistrationsAndNoExecutions_AndIsHidden()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        await fixture.Projects.SeedAsync(["other"], Token);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Projects.UpdateAsync(new FlyteProject { Id = Project, State = ProjectState.Archived }, "", Token);

        foreach (
            var act in new Func<Task>[]
            {
                () => fixture.Tasks.CreateAsync(Samples.Task("t2"), Token),
                () => fixture.LaunchPlans.CreateAsync(Samples.LaunchPlan("lp2", "wf"), "", Token),
                () => fixture.LaunchAsync("e1"),
            }
        )
        {
            var failure = await FailsAsync(StatusCode.InvalidArgument, $"project [{Project}] is not active", act);
            Assert.Equal(new InactiveProject { Id = Project }, Assert.Single(failure.Details));
        }
        Assert.Equal(["other"], await NamesAsync(fixture, new ProjectListRequest()));
        Assert.Equal([Project], await NamesAsync(fixture, new ProjectListRequest { Filters = "eq(state,ARCHIVED)" }));
        Assert.Equal(
            ["other", Project],
            await NamesAsync(
                fixture,
                new ProjectListRequest
                {
                    Filters = "value_in(project.state,0;1)",
                    SortBy = new Sort { Key = "updated_at", Direction = Sort.Types.Direction.Ascending },
                }
            )
        );
    }

    [Fact]
    public async Task Update_OfNothing_OrWrongly_IsRefused()
    {
        await using var fixture = await CreateAsync();

        await FailsAsync(StatusCode.NotFound, "none", () => fixture.Projects.UpdateAsync(new FlyteProject { Id = "none" }, "", Token));
        await FailsAsync(StatusCode.InvalidArgument, "missing id", () => fixture.Projects.UpdateAsync(new FlyteProject(), "", Token));
        await FailsAsync(
            StatusCode.InvalidArgument,
            "invalid value for state",
            () => fixture.Projects.UpdateAsync(new FlyteProject { Id = Project, State = (ProjectState)9 }, "", Token)
        );
        await FailsAsync(
            StatusCode.InvalidArgument,
            "project.name cannot exceed 64",
            () => fixture.Projects.UpdateAsync(new FlyteProject { Id = Project, Name = new string('n', 65) }, "", Token)
        );
    }

    [Fact]
    public async Task List_ShowsOnlySomeProjects_WhenAsked()
    {
        await using var fixture = await CreateAsync();
        await fixture.Projects.SeedAsync(["a", "b", "c"], Token);

        var page = await fixture.Projects.ListAsync(new ProjectListRequest { Limit = 1 }, new HashSet<string> { "c", "b" }, Token);
        var rest = await fixture.Projects.ListAsync(
            new ProjectListRequest { Limit = 1, Token = page.Token },
            new HashSet<string> { "c", "b" },
            Token
        );

        Assert.Equal(["b", "c"], page.Projects_.Concat(rest.Projects_).Select(project => project.Id));
    }

    private static Task<ProjectRegisterResponse> RegisterAsync(CatalogFixture fixture, FlyteProject? project) =>
        fixture.Projects.RegisterAsync(new ProjectRegisterRequest { Project = project }, "", Token);

    private static async Task<IEnumerable<string>> NamesAsync(CatalogFixture fixture, ProjectListRequest request) =>
        (await fixture.Projects.ListAsync(request, null, Token)).Projects_.Select(p => p.Id);
}
