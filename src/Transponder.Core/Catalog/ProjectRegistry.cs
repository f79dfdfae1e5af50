using Flyteidl.Admin;
using Google.Protobuf;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Protocol;
using static Flyteidl.Admin.Project.Types;

namespace Transponder.Core.Catalog;

/// <summary>Projects: registered through the API or by the configuration, each with every configured domain.</summary>
public sealed class ProjectRegistry
{
    private const int LongestName = 64;
    private const int LongestDescription = 300;

    private readonly ICatalogStore store;
    private readonly TimeProvider clock;

    /// <summary>Makes the registry.</summary>
    /// <param name="store">Where projects are kept.</param>
    /// <param name="domains">The domains that every project has, in order.</param>
    /// <param name="clock">The time.</param>
    public ProjectRegistry(ICatalogStore store, IReadOnlyList<DomainOption> domains, TimeProvider clock)
    {
        this.store = store;
        this.clock = clock;
        Domains = domains;
    }

    /// <summary>The domains that every project has, in order.</summary>
    public IReadOnlyList<DomainOption> Domains { get; }

    /// <summary>Registers the projects that the configuration names and that are not there yet.</summary>
    /// <param name="ids">Their ids.</param>
    /// <param name="cancellationToken">Ends the work between two projects.</param>
    public async Task SeedAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        foreach (var id in ids)
        {
            var project = new Project { Id = id, Name = id };
            Validate(project);
            await AddAsync(project, "", cancellationToken);
        }
    }

    /// <summary>Registers a project.</summary>
    /// <param name="request">The project.</param>
    /// <param name="principal">Who registers it; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<ProjectRegisterResponse> RegisterAsync(
        ProjectRegisterRequest request,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var project = request.Project?.Clone() ?? throw IdentifierRules.Missing("project");
        IdentifierRules.Require(project.Name, "project.name");
        Validate(project);
        project.State = ProjectState.Active;
        if (!await AddAsync(project, principal, cancellationToken))
            throw new RpcException(StatusCode.AlreadyExists, $"project [{project.Id}] already exists");
        return new ProjectRegisterResponse();
    }

    /// <summary>A project with its domains.</summary>
    /// <param name="request">Its id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Project> GetAsync(ProjectGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id, "id");
        var record = await store.GetProjectAsync(request.Id, cancellationToken) ?? throw IdentifierRules.NotFound("project", request.Id);
        return WithDomains(record);
    }

    /// <summary>
    /// Changes a project: its state always; name, description and labels where the request has them. Nothing can be registered or executed in a
    /// project that is not active.
    /// </summary>
    /// <param name="request">The project as it shall be.</param>
    /// <param name="principal">Who changes it; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<ProjectUpdateResponse> UpdateAsync(Project request, string principal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id, "id");
        if (await store.GetProjectAsync(request.Id, cancellationToken) is null)
            throw IdentifierRules.NotFound("project", request.Id);
        Validate(request);
        if (!Enum.IsDefined(request.State))
            throw IdentifierRules.Invalid($"invalid value for state: {(int)request.State}");
        if (
            !await store.UpdateProjectAsync(request.Id, stored => Changed(stored, request), clock.GetUtcNow(), principal, cancellationToken)
        )
            throw IdentifierRules.NotFound("project", request.Id);
        return new ProjectUpdateResponse();
    }

    /// <summary>A page of projects, by identifier; archived ones only where a filter asks for a state.</summary>
    /// <param name="request">Which.</param>
    /// <param name="projects">Only these; null = all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Projects> ListAsync(ProjectListRequest request, IReadOnlySet<string>? projects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = ProjectQuery.Parse(request);
        var records = await store.ListProjectsAsync(cancellationToken);
        return new Projects
        {
            Projects_ = { query.Page(records.Where(r => projects is null || projects.Contains(r.Id)), out var token).Select(WithDomains) },
            Token = token,
        };
    }

    /// <summary>Throws <see cref="StatusCode.InvalidArgument"/> unless the project is registered and active, and the domain configured.</summary>
    /// <param name="project">The project's id.</param>
    /// <param name="domain">The domain's id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Project> RequireActiveAsync(string project, string domain, CancellationToken cancellationToken)
    {
        var found = await RequireActiveAsync(project, cancellationToken);
        if (!Domains.Any(d => d.Id == domain))
            throw IdentifierRules.Invalid(
                $"domain [{domain}] is unrecognized by system; configured are {string.Join(", ", Domains.Select(d => d.Id))}"
            );
        return found;
    }

    /// <summary>Throws <see cref="StatusCode.InvalidArgument"/> unless the project is registered and active.</summary>
    /// <param name="project">The project's id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Project> RequireActiveAsync(string project, CancellationToken cancellationToken)
    {
        var found = await RequireExistingAsync(project, cancellationToken);
        return found.State == ProjectState.Active
            ? found
            : throw new RpcException(
                StatusCode.InvalidArgument,
                $"project [{project}] is not active",
                new InactiveProject { Id = project }
            );
    }

    /// <summary>Throws <see cref="StatusCode.InvalidArgument"/> unless the project is registered.</summary>
    /// <param name="project">The project's id.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Project> RequireExistingAsync(string project, CancellationToken cancellationToken)
    {
        var record =
            await store.GetProjectAsync(project, cancellationToken)
            ?? throw IdentifierRules.Invalid($"project [{project}] is not registered");
        return Project.Parser.ParseFrom(record.Body);
    }

    private static byte[] Changed(byte[] stored, Project request)
    {
        var project = Project.Parser.ParseFrom(stored);
        project.State = request.State;
        if (request.Name.Length > 0)
            project.Name = request.Name;
        if (request.Description.Length > 0)
            project.Description = request.Description;
        if (request.Labels is not null)
            project.Labels = request.Labels.Clone();
        return project.ToByteArray();
    }

    private static void Validate(Project project)
    {
        IdentifierRules.Require(project.Id, "project.id");
        LabelRules.Check(project.Labels?.Values, "project.labels");
        if (!LabelRules.IsDnsLabel(project.Id))
            throw IdentifierRules.Invalid(
                $"invalid project id [{project.Id}]: it must be at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends"
            );
        if (project.Name.Length > LongestName)
            throw IdentifierRules.Invalid($"project.name cannot exceed {LongestName} characters");
        if (project.Description.Length > LongestDescription)
            throw IdentifierRules.Invalid($"project.description cannot exceed {LongestDescription} characters");
        if (project.Domains.Count > 0)
            throw IdentifierRules.Invalid("project.domains cannot be set: domains are configured for the whole system");
    }

    private Task<bool> AddAsync(Project project, string principal, CancellationToken cancellationToken) =>
        store.AddProjectAsync(
            new ProjectRecord(project.Id, project.ToByteArray(), clock.GetUtcNow()) { Principal = principal },
            cancellationToken
        );

    private Project WithDomains(ProjectRecord record)
    {
        var project = Project.Parser.ParseFrom(record.Body);
        project.Domains.Clear();
        project.Domains.AddRange(Domains.Select(d => new Domain { Id = d.Id, Name = d.Name }));
        return project;
    }
}
