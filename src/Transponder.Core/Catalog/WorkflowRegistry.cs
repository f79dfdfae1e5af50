using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Catalog;

/// <summary>Workflows: compiled when they are registered, never changed.</summary>
public sealed class WorkflowRegistry
{
    private readonly ProjectRegistry projects;
    private readonly WorkflowCompiler compiler;
    private readonly EntityRegistration registration;

    /// <summary>Makes the registry.</summary>
    /// <param name="store">Where workflows are kept.</param>
    /// <param name="projects">The projects that workflows belong to.</param>
    /// <param name="clock">The time.</param>
    public WorkflowRegistry(ICatalogStore store, ProjectRegistry projects, TimeProvider clock)
    {
        this.projects = projects;
        compiler = new WorkflowCompiler(store);
        registration = new EntityRegistration(store, clock, EntityKind.Workflow, "workflow");
    }

    /// <summary>Registers a workflow.</summary>
    /// <param name="request">The workflow with its sub-workflows.</param>
    /// <param name="principal">Who registers it; empty when unknown.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<WorkflowCreateResponse> CreateAsync(
        WorkflowCreateRequest request,
        string principal,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = IdentifierRules.RequireEntity(request.Id, ResourceType.Workflow);
        await projects.RequireActiveAsync(key.Project, key.Domain, cancellationToken);
        if (request.Spec?.Template is null)
            throw IdentifierRules.Missing("spec.template");
        ValueRanges.Check(request.Spec, "spec");
        var compiled = await compiler.CompileAsync(request.Id, request.Spec, cancellationToken);
        await registration.AddAsync(
            key,
            now => new Workflow
            {
                Id = request.Id,
                Closure = new Flyteidl.Admin.WorkflowClosure { CompiledWorkflow = compiled, CreatedAt = now.ToTimestamp() },
                ShortDescription = request.Spec.Description?.ShortDescription ?? "",
            },
            compiled,
            stored => Workflow.Parser.ParseFrom(stored.Body).Closure.CompiledWorkflow,
            same => Reason(request.Id, same),
            request.Spec.Description,
            principal,
            cancellationToken
        );
        return new WorkflowCreateResponse();
    }

    /// <summary>A workflow with its compiled closure.</summary>
    /// <param name="request">Its identifier; the resource type may be left out.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Workflow> GetAsync(ObjectGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = IdentifierRules.RequireImplied(request.Id, ResourceType.Workflow);
        return await LoadAsync(key, cancellationToken);
    }

    /// <summary>A workflow by its name; <see cref="Protocol.StatusCode.NotFound"/> when there is none.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Workflow> LoadAsync(EntityKey key, CancellationToken cancellationToken) =>
        Workflow.Parser.ParseFrom((await registration.GetAsync(key, cancellationToken)).Body);

    private static CreateWorkflowFailureReason Reason(Identifier id, bool same) =>
        same
            ? new() { ExistsIdenticalStructure = new WorkflowErrorExistsIdenticalStructure { Id = id } }
            : new() { ExistsDifferentStructure = new WorkflowErrorExistsDifferentStructure { Id = id } };
}
