using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Load_NamedKeys_AreReadAsTheyStand()
    {
        var key = await CreateAsync();
        var node = new NodeKey(key, "n0");
        await ChangeAsync(key, (_, changes) => changes.Nodes.Add(StoreSamples.Node(node, NodePhase.Queued, 1)));
        var keys = KeysOf(key);
        keys.Nodes.UnionWith([node, new NodeKey(key, "n1")]);
        keys.Referenced.UnionWith([key, StoreSamples.Key("unknown")]);

        var state = await Store.Events.LoadAsync(keys, Token);

        var row = Assert.Single(state.Executions).Value;
        Assert.Equal((WorkflowPhase.Queued, 0L, 1L), (row.Phase, row.LastSequence, row.Version));
        Assert.Equal([3], row.Closure);
        Assert.Equal([node], state.Nodes.Keys);
        Assert.Equal([key], state.Referenced);
    }

    [Fact]
    public async Task TryCommit_UnchangedState_WritesAllAndTheVersionGrows()
    {
        var key = await CreateAsync();
        var (row, changes) = await DecideAsync(key);
        row.Closure = [7];
        row.IsClosureChanged = true;

        Assert.True(await Store.Events.TryCommitAsync(changes, Token));

        await ReopenAsync();
        var stored = (await Store.Events.LoadAsync(KeysOf(key), Token)).Executions[key];
        Assert.Equal((WorkflowPhase.Running, 1L, 1L), (stored.Phase, stored.LastSequence, stored.Version));
        Assert.Equal([7], stored.Closure);
        Assert.Equal(changes.Events[0].Position, Assert.Single(await Store.Events.ReadAsync(0, null, 10, Token)).Position);
        Assert.NotNull(await Store.Executions.GetNodeAsync(new NodeKey(key, "n0"), Token));
        Assert.Single(await Store.Deliveries.ForExecutionAsync(key, Token));
    }

    [Fact]
    public async Task TryCommit_OneExecutionHasChanged_WritesNothingOfAny()
    {
        var (first, second) = (await CreateAsync(), await CreateAsync(StoreSamples.Execution("f2")));
        var (_, changes) = await DecideAsync(first);
        var (_, others) = await DecideAsync(second);
        changes.Executions.UnionWith(others.Executions);
        changes.Events.AddRange(others.Events);
        await ChangeAsync(second, (row, _) => row.Cluster = "c1");

        Assert.False(await Store.Events.TryCommitAsync(changes, Token));

        Assert.Empty(await Store.Events.ReadAsync(0, null, 10, Token));
        Assert.Null(await Store.Executions.GetNodeAsync(new NodeKey(first, "n0"), Token));
        Assert.Empty(await Store.Deliveries.ForExecutionAsync(first, Token));
        var stored = await Store.Events.LoadAsync(KeysOf(first, second), Token);
        Assert.Equal((WorkflowPhase.Queued, 0L), (stored.Executions[first].Phase, stored.Executions[first].Version));
        Assert.Equal(("c1", 1L), (stored.Executions[second].Cluster, stored.Executions[second].Version));
    }

    [Fact]
    public async Task TryCommit_Racing_OneWins()
    {
        var key = await CreateAsync();
        var decided = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DecideAsync(key)));

        var won = await Task.WhenAll(decided.Select(one => Store.Events.TryCommitAsync(one.Changes, Token)));

        Assert.Single(won, true);
        Assert.Single(await Store.Events.ReadAsync(0, null, 10, Token));
    }

    private async Task<(ExecutionRow Row, BatchChanges Changes)> DecideAsync(ExecutionKey key)
    {
        var row = (await Store.Events.LoadAsync(KeysOf(key), Token)).Executions[key];
        row.Phase = WorkflowPhase.Running;
        var cause = StoreSamples.Event(row, EventKind.Node);
        var changes = Changes(changes =>
        {
            changes.Executions.Add(row);
            changes.Events.Add(cause);
            changes.Nodes.Add(StoreSamples.Node(new NodeKey(key, "n0"), NodePhase.Queued, 1));
            changes.Deliveries.Add(StoreSamples.Delivery($"dlv_{key.Name}")(cause));
        });
        return (row, changes);
    }

    private static BatchKeys KeysOf(params IEnumerable<ExecutionKey> executions)
    {
        var keys = new BatchKeys();
        keys.Executions.UnionWith(executions);
        keys.WithClosure.UnionWith(executions);
        return keys;
    }
}
