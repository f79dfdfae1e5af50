using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Core.Egress.Formats;

/// <summary>Reads what v2 adds to events, for many events at once. What never changes is kept while it is in use.</summary>
internal sealed class Enrichment(IStore store, EventFormatOptions options)
{
    private const int Interfaces = 2048;
    private const int Readers = 4;
    private const string StartNode = "start-node";

    private readonly ExecutionFactsCache executions = new(store.Executions);
    private readonly RecentCache<EntityKey, TypedInterface> workflows = new(Interfaces);
    private readonly RecentCache<EntityKey, TypedInterface> tasks = new(Interfaces);

    /// <summary>Whether the event is the one that an execution began with, which FlyteAdmin has a message for but never sends.</summary>
    public bool IsStart(Occurrence occurrence) =>
        options.Compatibility == EventCompatibility.None && occurrence.Logged is { Kind: EventKind.Workflow, Sequence: 1 };

    /// <summary>Whether the event is told with everything that its wrapper has room for.</summary>
    public bool Wants(Occurrence occurrence) =>
        occurrence.Logged.Kind switch
        {
            EventKind.Workflow => options.EnrichAllWorkflowEvents || occurrence.Logged.Phase == (int)WorkflowPhase.Succeeded,
            EventKind.Node => occurrence.Logged.Phase == (int)NodePhase.Succeeded && occurrence.Node?.Id?.NodeId != StartNode,
            _ => true,
        };

    /// <summary>All that these events need. Throws <see cref="StoreException"/>.</summary>
    public async ValueTask<Enriched> LoadAsync(Occurrence[] occurrences, CancellationToken cancellationToken)
    {
        var wanted = Array.FindAll(occurrences, occurrence => IsStart(occurrence) || Wants(occurrence));
        if (wanted.Length == 0)
            return Enriched.Nothing;
        var facts = await executions
            .FindAsync(wanted.Select(occurrence => occurrence.Logged.Execution), cancellationToken)
            .ConfigureAwait(false);
        var ended = wanted
            .Where(occurrence => occurrence.Logged.Kind == EventKind.Workflow && Wants(occurrence))
            .Select(occurrence => facts.GetValueOrDefault(occurrence.Logged.Execution)?.Workflow)
            .OfType<EntityKey>();
        var attempts = await LastAttemptsAsync(wanted, cancellationToken).ConfigureAwait(false);
        return new Enriched(
            facts,
            attempts,
            await FindAsync(EntityKind.Workflow, workflows, ended, WorkflowInterface, cancellationToken).ConfigureAwait(false),
            await FindAsync(EntityKind.Task, tasks, attempts.Values.Select(key => key.Task), TaskInterface, cancellationToken)
                .ConfigureAwait(false)
        );
    }

    private async ValueTask<Dictionary<NodeKey, TaskKey>> LastAttemptsAsync(Occurrence[] wanted, CancellationToken cancellationToken)
    {
        var nodes = wanted
            .Where(occurrence => occurrence.Logged.Kind == EventKind.Node)
            .Select(occurrence => new NodeKey(occurrence.Logged.Execution, occurrence.Node!.Id.NodeId))
            .Distinct()
            .ToArray();
        var found = new TaskKey?[nodes.Length];
        var reading = new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken };
        await Parallel
            .ForAsync(
                0,
                nodes.Length,
                reading,
                async (i, cancellation) =>
                {
                    var rows = await store
                        .Executions.ListTasksAsync(nodes[i].Execution, nodes[i].NodeId, cancellation)
                        .ConfigureAwait(false);
                    found[i] = rows.OrderByDescending(row => row.Key.RetryAttempt)
                        .ThenBy(row => row.Key.Task.Name, StringComparer.Ordinal)
                        .FirstOrDefault()
                        ?.Key;
                }
            )
            .ConfigureAwait(false);

        var attempts = new Dictionary<NodeKey, TaskKey>();
        for (var i = 0; i < nodes.Length; i++)
        {
            if (found[i] is { } key)
                attempts.Add(nodes[i], key);
        }

        return attempts;
    }

    private async ValueTask<Dictionary<EntityKey, TypedInterface>> FindAsync(
        EntityKind kind,
        RecentCache<EntityKey, TypedInterface> cache,
        IEnumerable<EntityKey> keys,
        Func<byte[], TypedInterface?> read,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<EntityKey, TypedInterface>();
        var missing = new List<EntityKey>();
        foreach (var key in keys.Distinct())
        {
            if (cache.TryGet(key, out var known))
                found.Add(key, known!);
            else
                missing.Add(key);
        }

        if (missing.Count == 0)
            return found;
        foreach (var entity in await store.Catalog.GetManyAsync(kind, missing, cancellationToken).ConfigureAwait(false))
        {
            var described = read(entity.Body) ?? new TypedInterface();
            cache.Set(entity.Key, described);
            found[entity.Key] = described;
        }

        return found;
    }

    private static TypedInterface? WorkflowInterface(byte[] body) =>
        Workflow.Parser.ParseFrom(body).Closure?.CompiledWorkflow?.Primary?.Template?.Interface;

    private static TypedInterface? TaskInterface(byte[] body) =>
        Flyteidl.Admin.Task.Parser.ParseFrom(body).Closure?.CompiledTask?.Template?.Interface;
}
