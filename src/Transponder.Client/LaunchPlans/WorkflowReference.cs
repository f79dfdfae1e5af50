using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Protocol;

namespace Transponder.Client.LaunchPlans;

/// <summary>A version of a workflow that is registered, with the interface that inputs are checked against where it is known.</summary>
public sealed class WorkflowReference
{
    /// <summary>Names a workflow.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="domain">Its domain.</param>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="signature">Its interface; null = not known, so that types are told from values and only the server checks them.</param>
    public WorkflowReference(string project, string domain, string name, string version, TypedInterface? signature = null)
        : this(EntityId.Of(ResourceType.Workflow, project, domain, name, version), signature) { }

    /// <summary>Names a workflow by its identifier.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="signature">Its interface; null = not known.</param>
    public WorkflowReference(Identifier id, TypedInterface? signature = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        (Id, Interface) = (id.Clone(), signature?.Clone());
        Id.ResourceType = ResourceType.Workflow;
    }

    /// <summary>The identifier.</summary>
    public Identifier Id { get; }

    /// <summary>Inputs and outputs with their types; null = not known.</summary>
    public TypedInterface? Interface { get; }

    /// <summary>A workflow as a server answered it.</summary>
    /// <param name="workflow">The workflow.</param>
    public static WorkflowReference Of(Workflow workflow)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        var template = workflow.Closure?.CompiledWorkflow?.Primary?.Template;
        return new WorkflowReference(workflow.Id, template is null ? null : template.Interface ?? new TypedInterface());
    }

    /// <summary>Asks a server for a workflow with its interface.</summary>
    /// <param name="admin">The server.</param>
    /// <param name="project">Its project.</param>
    /// <param name="domain">Its domain.</param>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version; null = the one that was registered last.</param>
    /// <param name="cancellationToken">Withdraws the call.</param>
    public static async System.Threading.Tasks.Task<WorkflowReference> FetchAsync(
        AdminClient admin,
        string project,
        string domain,
        string name,
        string? version = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(admin);
        version ??= await LatestAsync(admin, project, domain, name, cancellationToken);
        var id = EntityId.Of(ResourceType.Workflow, project, domain, name, version);
        return Of(await admin.GetWorkflowAsync(new ObjectGetRequest { Id = id }, cancellationToken));
    }

    private static async System.Threading.Tasks.Task<string> LatestAsync(
        AdminClient admin,
        string project,
        string domain,
        string name,
        CancellationToken cancellationToken
    )
    {
        var request = new ResourceListRequest
        {
            Id = new NamedEntityIdentifier
            {
                Project = project,
                Domain = domain,
                Name = name,
            },
            Limit = 1,
            SortBy = new Sort { Key = "created_at", Direction = Sort.Types.Direction.Descending },
        };
        var found = await admin.ListWorkflowsAsync(request, cancellationToken);
        return found.Workflows.FirstOrDefault()?.Id.Version
            ?? throw new RpcException(StatusCode.NotFound, $"no version of workflow {project}/{domain}/{name} is registered");
    }
}
