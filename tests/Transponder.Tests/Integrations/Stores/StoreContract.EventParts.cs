using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Commit_NodesAndTasks_AreInsertedThenReplaced()
    {
        var key = await CreateAsync();
        var node = new NodeKey(key, "n0");
        var task = StoreSamples.TaskKey(key, 1);
        var other = StoreSamples.TaskKey(key, 2);
        await ChangeAsync(
            key,
            (_, changes) =>
            {
                changes.Nodes.Add(StoreSamples.Node(node, NodePhase.Queued, 1));
                foreach (var one in new[] { task, other })
                    changes.Tasks.Add(
                        new TaskRow
                        {
                            Key = one,
                            Phase = TaskPhase.Running,
                            PhaseVersion = 4,
                            Body = [2],
                            IsNew = true,
                        }
                    );
            }
        );
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        keys.Nodes.Add(node);
        keys.Tasks.Add(task);

        await Store.Events.CommitAsync(
            keys,
            state =>
            {
                var (row, attempt) = (state.Nodes[node], state.Tasks[task]);
                Assert.False(row.IsNew || attempt.IsNew);
                Assert.Equal((NodePhase.Queued, TaskPhase.Running, 4u), (row.Phase, attempt.Phase, attempt.PhaseVersion));
                (row.Phase, row.Body) = (NodePhase.Succeeded, [5, 6]);
                (attempt.Phase, attempt.PhaseVersion, attempt.Body) = (TaskPhase.Failed, uint.MaxValue, []);
                return Changes(changes =>
                {
                    changes.Executions.Add(state.Executions[key]);
                    changes.Nodes.Add(row);
                    changes.Tasks.Add(attempt);
                });
            },
            Token
        );

        await ReopenAsync();
        var storedNode = await Store.Executions.GetNodeAsync(node, Token);
        Assert.Equal(NodePhase.Succeeded, storedNode!.Phase);
        Assert.Equal([5, 6], storedNode.Body);
        var storedTask = await Store.Executions.GetTaskAsync(task, Token);
        Assert.Equal((TaskPhase.Failed, uint.MaxValue), (storedTask!.Phase, storedTask.PhaseVersion));
        Assert.Empty(storedTask.Body);
        Assert.Equal(TaskPhase.Running, (await Store.Executions.GetTaskAsync(other, Token))!.Phase);
        Assert.Null(await Store.Executions.GetNodeAsync(new NodeKey(key, "n1"), Token));
        Assert.Null(await Store.Executions.GetTaskAsync(StoreSamples.TaskKey(key, 3), Token));
    }

    [Fact]
    public async Task Load_NodesOfAnExecutionThatIsNotAskedFor_AreFound()
    {
        var key = await CreateAsync();
        var node = new NodeKey(key, "n0");
        var task = StoreSamples.TaskKey(key, 0);
        await ChangeAsync(
            key,
            (_, changes) =>
            {
                changes.Nodes.Add(StoreSamples.Node(node, NodePhase.Running, 1));
                changes.Tasks.Add(
                    new TaskRow
                    {
                        Key = task,
                        Phase = TaskPhase.Running,
                        PhaseVersion = 4,
                        Body = [2],
                        IsNew = true,
                    }
                );
            }
        );
        // The new process knows the execution by its own memory of what runs, or not at all.
        await ReopenAsync();
        var nodes = new BatchKeys();
        nodes.Nodes.Add(node);
        var tasks = new BatchKeys();
        tasks.Tasks.Add(task);

        var ofTask = await Store.Events.LoadAsync(tasks, Token);
        var ofNode = await Store.Events.LoadAsync(nodes, Token);

        Assert.Equal(TaskPhase.Running, ofTask.Tasks[task].Phase);
        Assert.Equal(NodePhase.Running, ofNode.Nodes[node].Phase);
        Assert.Empty(ofNode.Executions);
    }
}
