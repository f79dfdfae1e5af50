using Flyteidl.Admin;
using Transponder.Core.Store;
using Transponder.Protocol;

namespace Transponder.Core.Catalog;

/// <summary>
/// Matchable attributes: settings of one kind of resource for a project, a domain of it, or a workflow. A question is answered from the most specific
/// level that has an answer, but a question about a project from the project alone.
/// </summary>
public sealed class AttributeRegistry
{
    // What a platform that sets nothing grants an execution.
    private static readonly WorkflowExecutionConfig Defaults = new() { MaxParallelism = 25, Interruptible = false };

    private readonly ICatalogStore store;
    private readonly ProjectRegistry projects;
    private readonly TimeProvider clock;

    /// <summary>Makes the registry.</summary>
    /// <param name="store">Where attributes are kept.</param>
    /// <param name="projects">The projects that they belong to.</param>
    /// <param name="clock">The time.</param>
    public AttributeRegistry(ICatalogStore store, ProjectRegistry projects, TimeProvider clock)
    {
        this.store = store;
        this.projects = projects;
        this.clock = clock;
    }

    /// <summary>Sets attributes of a project.</summary>
    /// <param name="request">The project and its attributes.</param>
    /// <param name="cancellationToken">Observed before they are stored.</param>
    public async Task<ProjectAttributesUpdateResponse> UpdateAsync(
        ProjectAttributesUpdateRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var set = request.Attributes ?? throw IdentifierRules.Missing("attributes");
        await projects.RequireActiveAsync(set.Project, cancellationToken);
        await SetAsync(new(MatchingTargets.KindOf(set.MatchingAttributes), set.Project), set.MatchingAttributes, cancellationToken);
        return new ProjectAttributesUpdateResponse();
    }

    /// <summary>Sets attributes of a project's domain.</summary>
    /// <param name="request">The domain and its attributes.</param>
    /// <param name="cancellationToken">Observed before they are stored.</param>
    public async Task<ProjectDomainAttributesUpdateResponse> UpdateAsync(
        ProjectDomainAttributesUpdateRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var set = request.Attributes ?? throw IdentifierRules.Missing("attributes");
        await projects.RequireActiveAsync(set.Project, set.Domain, cancellationToken);
        var key = new AttributesKey(MatchingTargets.KindOf(set.MatchingAttributes), set.Project, set.Domain);
        await SetAsync(key, set.MatchingAttributes, cancellationToken);
        return new ProjectDomainAttributesUpdateResponse();
    }

    /// <summary>Sets attributes of a workflow, whether it is registered or not.</summary>
    /// <param name="request">The workflow and its attributes.</param>
    /// <param name="cancellationToken">Observed before they are stored.</param>
    public async Task<WorkflowAttributesUpdateResponse> UpdateAsync(
        WorkflowAttributesUpdateRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var set = request.Attributes ?? throw IdentifierRules.Missing("attributes");
        await projects.RequireActiveAsync(set.Project, set.Domain, cancellationToken);
        IdentifierRules.Require(set.Workflow, "attributes.workflow");
        var key = new AttributesKey(MatchingTargets.KindOf(set.MatchingAttributes), set.Project, set.Domain, set.Workflow);
        await SetAsync(key, set.MatchingAttributes, cancellationToken);
        return new WorkflowAttributesUpdateResponse();
    }

    /// <summary>The attributes of a project itself; execution settings are completed by the platform's.</summary>
    /// <param name="request">The project and the kind.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<ProjectAttributesGetResponse> GetAsync(ProjectAttributesGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await projects.RequireExistingAsync(request.Project, cancellationToken);
        var key = Known(new(request.ResourceType, request.Project));
        var found = await store.FindAttributesAsync(key, cancellationToken);
        if (found is null && key.Kind != MatchableResource.WorkflowExecutionConfig)
            throw NotFound(key);
        var attributes = found is null ? new MatchingAttributes() : MatchingAttributes.Parser.ParseFrom(found.Body);
        if (key.Kind == MatchableResource.WorkflowExecutionConfig)
            attributes.WorkflowExecutionConfig = Completed(attributes.WorkflowExecutionConfig);
        return new ProjectAttributesGetResponse
        {
            Attributes = new ProjectAttributes { Project = request.Project, MatchingAttributes = attributes },
        };
    }

    /// <summary>The attributes that hold for a project's domain, with the level that they were found at.</summary>
    /// <param name="request">The domain and the kind.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<ProjectDomainAttributesGetResponse> GetAsync(
        ProjectDomainAttributesGetRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await projects.RequireActiveAsync(request.Project, request.Domain, cancellationToken);
        var found = await FindAsync(new(request.ResourceType, request.Project, request.Domain), cancellationToken);
        return new ProjectDomainAttributesGetResponse
        {
            Attributes = new ProjectDomainAttributes
            {
                Project = found.Key.Project,
                Domain = found.Key.Domain,
                MatchingAttributes = MatchingAttributes.Parser.ParseFrom(found.Body),
            },
        };
    }

    /// <summary>The attributes that hold for a workflow, with the level that they were found at.</summary>
    /// <param name="request">The workflow and the kind.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<WorkflowAttributesGetResponse> GetAsync(WorkflowAttributesGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await projects.RequireActiveAsync(request.Project, request.Domain, cancellationToken);
        IdentifierRules.Require(request.Workflow, "workflow");
        var found = await FindAsync(new(request.ResourceType, request.Project, request.Domain, request.Workflow), cancellationToken);
        return new WorkflowAttributesGetResponse
        {
            Attributes = new WorkflowAttributes
            {
                Project = found.Key.Project,
                Domain = found.Key.Domain,
                Workflow = found.Key.Workflow,
                MatchingAttributes = MatchingAttributes.Parser.ParseFrom(found.Body),
            },
        };
    }

    /// <summary>Removes what is set for a project itself.</summary>
    /// <param name="request">The project and the kind.</param>
    /// <param name="cancellationToken">Observed before it is removed.</param>
    public async Task<ProjectAttributesDeleteResponse> DeleteAsync(
        ProjectAttributesDeleteRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await projects.RequireActiveAsync(request.Project, cancellationToken);
        await store.DeleteAttributesAsync(Known(new(request.ResourceType, request.Project)), cancellationToken);
        return new ProjectAttributesDeleteResponse();
    }

    /// <summary>Removes what is set for a project's domain.</summary>
    /// <param name="request">The domain and the kind.</param>
    /// <param name="cancellationToken">Observed before it is removed.</param>
    public async Task<ProjectDomainAttributesDeleteResponse> DeleteAsync(
        ProjectDomainAttributesDeleteRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await projects.RequireActiveAsync(request.Project, request.Domain, cancellationToken);
        await store.DeleteAttributesAsync(Known(new(request.ResourceType, request.Project, request.Domain)), cancellationToken);
        return new ProjectDomainAttributesDeleteResponse();
    }

    /// <summary>Removes what is set for a workflow.</summary>
    /// <param name="request">The workflow and the kind.</param>
    /// <param name="cancellationToken">Observed before it is removed.</param>
    public async Task<WorkflowAttributesDeleteResponse> DeleteAsync(
        WorkflowAttributesDeleteRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await projects.RequireActiveAsync(request.Project, request.Domain, cancellationToken);
        IdentifierRules.Require(request.Workflow, "workflow");
        var key = Known(new(request.ResourceType, request.Project, request.Domain, request.Workflow));
        await store.DeleteAttributesAsync(key, cancellationToken);
        return new WorkflowAttributesDeleteResponse();
    }

    /// <summary>All attributes of a kind, the most specific first.</summary>
    /// <param name="request">The kind.</param>
    /// <param name="projects">Only those of these projects; null = of all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<ListMatchableAttributesResponse> ListAsync(
        ListMatchableAttributesRequest request,
        IReadOnlySet<string>? projects,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireKnown(request.ResourceType);
        var response = new ListMatchableAttributesResponse();
        foreach (var record in await store.ListAttributesAsync(request.ResourceType, projects, cancellationToken))
            response.Configurations.Add(
                new MatchableAttributesConfiguration
                {
                    Attributes = MatchingAttributes.Parser.ParseFrom(record.Body),
                    Project = record.Key.Project,
                    Domain = record.Key.Domain,
                    Workflow = record.Key.Workflow,
                }
            );
        return response;
    }

    private Task SetAsync(AttributesKey key, MatchingAttributes attributes, CancellationToken cancellationToken) =>
        store.SetAttributesAsync(key, stored => MatchingTargets.Merge(stored, attributes), clock.GetUtcNow(), cancellationToken);

    private async Task<AttributesRecord> FindAsync(AttributesKey key, CancellationToken cancellationToken) =>
        await store.FindAttributesAsync(Known(key), cancellationToken) ?? throw NotFound(key);

    private static WorkflowExecutionConfig Completed(WorkflowExecutionConfig? config)
    {
        var completed = config ?? new WorkflowExecutionConfig();
        if (completed.MaxParallelism == 0)
            completed.MaxParallelism = Defaults.MaxParallelism;
        completed.Interruptible ??= Defaults.Interruptible;
        return completed;
    }

    private static AttributesKey Known(AttributesKey key)
    {
        RequireKnown(key.Kind);
        return key;
    }

    private static void RequireKnown(MatchableResource kind)
    {
        if (!Enum.IsDefined(kind))
            throw IdentifierRules.Invalid($"invalid value for resource_type: {(int)kind}");
    }

    private static RpcException NotFound(AttributesKey key) => new(StatusCode.NotFound, $"no attributes are set for {key}");
}
