using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.V1;
using static Transponder.V1.LaunchPlanChanged.Types;

namespace Transponder.Core.Events.Changes;

/// <summary>What the log keeps of changes of the catalog.</summary>
public static class CatalogChanges
{
    /// <summary>An entity was registered; null for kinds that nothing is told of.</summary>
    /// <param name="entity">The entity.</param>
    public static EventRecord? Registered(CatalogEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        var at = Timestamp.FromDateTimeOffset(entity.CreatedAt);
        return entity.Kind switch
        {
            EntityKind.Workflow => Entry(
                ScopeOf(entity.Key),
                EventKind.WorkflowRegistered,
                Change.Registered,
                new WorkflowRegistered
                {
                    Workflow = entity.Key.ToIdentifier(ResourceType.Workflow),
                    ShortDescription = entity.Traits.ShortDescription,
                    RegisteredAt = at,
                    Principal = entity.Principal,
                },
                entity.CreatedAt
            ),
            EntityKind.LaunchPlan => Entry(
                ScopeOf(entity.Key),
                EventKind.LaunchPlan,
                Change.Created,
                new LaunchPlanChanged
                {
                    LaunchPlan = entity.Key.ToIdentifier(ResourceType.LaunchPlan),
                    Change = LaunchPlanChanged.Types.Change.Created,
                    Workflow = entity.Traits.Workflow?.ToIdentifier(ResourceType.Workflow),
                    State = entity.Active ? LaunchPlanState.Active : LaunchPlanState.Inactive,
                    ChangedAt = at,
                    Principal = entity.Principal,
                },
                entity.CreatedAt
            ),
            _ => null,
        };
    }

    /// <summary>What is told when a launch plan's state is set: nothing where nothing changes; the version that has to go comes first.</summary>
    /// <param name="plan">The version whose state is set.</param>
    /// <param name="before">The versions of its name as they were: itself, and at least those that were active.</param>
    /// <param name="active">Its state now.</param>
    /// <param name="now">When.</param>
    /// <param name="principal">Who set it.</param>
    public static IEnumerable<EventRecord> Switched(
        EntityKey plan,
        IReadOnlyList<PlanVersion> before,
        bool active,
        DateTimeOffset now,
        string principal
    )
    {
        var gone = active ? before.Where(version => version.Active && version.Version != plan.Version) : [];
        foreach (var other in gone)
            yield return Switched(plan with { Version = other.Version }, other.Workflow, false, plan.Version, now, principal);
        foreach (var own in before.Where(version => version.Version == plan.Version && version.Active != active))
            yield return Switched(plan, own.Workflow, active, "", now, principal);
    }

    /// <summary>A project was registered or updated.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="body">The serialised <c>flyteidl.admin.Project</c> as it is now.</param>
    /// <param name="previous">The same as it was; null when it was registered.</param>
    /// <param name="now">When.</param>
    /// <param name="principal">Who did it.</param>
    public static EventRecord ProjectChanged(string id, byte[] body, byte[]? previous, DateTimeOffset now, string principal) =>
        Entry(
            new ExecutionKey(id, "", ""),
            EventKind.Project,
            previous is null ? Change.Registered : Change.Updated,
            new ProjectChanged
            {
                Project = Project.Parser.ParseFrom(body),
                Change = previous is null ? V1.ProjectChanged.Types.Change.Registered : V1.ProjectChanged.Types.Change.Updated,
                Previous = previous is null ? null : Project.Parser.ParseFrom(previous),
                ChangedAt = Timestamp.FromDateTimeOffset(now),
                Principal = principal,
            },
            now
        );

    private static EventRecord Switched(
        EntityKey plan,
        EntityKey? workflow,
        bool active,
        string replacedBy,
        DateTimeOffset now,
        string principal
    ) =>
        Entry(
            ScopeOf(plan),
            EventKind.LaunchPlan,
            active ? Change.Activated : Change.Deactivated,
            new LaunchPlanChanged
            {
                LaunchPlan = plan.ToIdentifier(ResourceType.LaunchPlan),
                Change = active ? LaunchPlanChanged.Types.Change.Activated : LaunchPlanChanged.Types.Change.Deactivated,
                Workflow = workflow?.ToIdentifier(ResourceType.Workflow),
                PreviousState = active ? LaunchPlanState.Inactive : LaunchPlanState.Active,
                State = active ? LaunchPlanState.Active : LaunchPlanState.Inactive,
                ReplacedBy = replacedBy,
                ChangedAt = Timestamp.FromDateTimeOffset(now),
                Principal = principal,
            },
            now
        );

    private static ExecutionKey ScopeOf(EntityKey key) => new(key.Project, key.Domain, key.Name);

    private static EventRecord Entry(ExecutionKey scope, EventKind kind, Change change, IMessage told, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            ExecutionId = EventRecord.NumberOf(scope),
            Scope = scope,
            Shard = scope.Shard,
            Kind = kind,
            Phase = (int)change,
            Sequence = 0,
            OccurredAt = now,
            ReceivedAt = now,
            Request = told.ToByteArray(),
        };
}

/// <summary>A version of a launch plan as it was before a change.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Active">Whether it was the active one.</param>
/// <param name="Workflow">The workflow that it starts; null when it is not known.</param>
public sealed record PlanVersion(string Version, bool Active, EntityKey? Workflow);
