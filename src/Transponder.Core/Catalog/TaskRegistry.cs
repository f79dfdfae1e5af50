using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using FlyteTask = Flyteidl.Admin.Task;

namespace Transponder.Core.Catalog;

/// <summary>Tasks: registered once, with the description that comes with them, never changed.</summary>
public sealed class TaskRegistry
{
    private readonly ProjectRegistry projects;
    private readonly EntityRegistration registration;

    /// <summary>Makes the registry.</summary>
    /// <param name="store">Where tasks are kept.</param>
    /// <param name="projects">The projects that tasks belong to.</param>
    /// <param name="clock">The time.</param>
    public TaskRegistry(ICatalogStore store, ProjectRegistry projects, TimeProvider clock)
    {
        this.projects = projects;
        registration = new EntityRegistration(store, clock, EntityKind.Task, "task");
    }

    /// <summary>Registers a task.</summary>
    /// <param name="request">The task.</param>
    /// <param name="cancellationToken">Observed before it is stored.</param>
    public async Task<TaskCreateResponse> CreateAsync(TaskCreateRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = IdentifierRules.RequireEntity(request.Id, ResourceType.Task);
        await projects.RequireActiveAsync(key.Project, key.Domain, cancellationToken);
        var template = request.Spec?.Template?.Clone() ?? throw IdentifierRules.Missing("spec.template");
        Validate(template);
        ValueRanges.Check(template, "spec.template");
        template.Id = request.Id.Clone();
        var compiled = new CompiledTask { Template = template };
        await registration.AddAsync(
            key,
            now => new FlyteTask
            {
                Id = request.Id,
                Closure = new TaskClosure { CompiledTask = compiled, CreatedAt = now.ToTimestamp() },
                ShortDescription = request.Spec.Description?.ShortDescription ?? "",
            },
            compiled,
            stored => FlyteTask.Parser.ParseFrom(stored.Body).Closure.CompiledTask,
            _ => null,
            request.Spec.Description,
            "",
            cancellationToken
        );
        return new TaskCreateResponse();
    }

    /// <summary>A task.</summary>
    /// <param name="request">Its identifier; the resource type may be left out.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<FlyteTask> GetAsync(ObjectGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = IdentifierRules.RequireImplied(request.Id, ResourceType.Task);
        return FlyteTask.Parser.ParseFrom((await registration.GetAsync(key, cancellationToken)).Body);
    }

    private static void Validate(TaskTemplate template)
    {
        IdentifierRules.Require(template.Type, "spec.template.type");
        if (template.Metadata is null)
            throw IdentifierRules.Missing("spec.template.metadata");
        if (template.Metadata.Runtime is { } runtime)
            IdentifierRules.Require(runtime.Version, "spec.template.metadata.runtime.version");
        if (template.Interface is null)
            throw IdentifierRules.Missing("spec.template.interface");
        if (template.Type != "sidecar" && template.Container is { Image.Length: 0 })
            throw IdentifierRules.Missing("spec.template.container.image");
    }
}
