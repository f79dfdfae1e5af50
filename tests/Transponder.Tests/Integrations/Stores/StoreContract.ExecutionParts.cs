using Transponder.Core.Executions;
using Transponder.Core.Lists;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Parts_OfOneExecution_AreListedApartFromOthers()
    {
        var (key, other) = (await CreateAsync(), await CreateAsync(StoreSamples.Execution("f2")));
        foreach (var (execution, node) in new[] { (key, "n0"), (key, "n1"), (other, "n2") })
            await ChangeAsync(
                execution,
                (_, changes) =>
                {
                    changes.Nodes.Add(StoreSamples.Node(new NodeKey(execution, node), NodePhase.Queued, 1, 2));
                    changes.Tasks.Add(TaskOf(execution, node));
                }
            );
        await ReopenAsync();

        var nodes = await Store.Executions.ListNodesAsync(key, Token);
        Assert.Equal(["n0", "n1"], nodes.Select(row => row.Key.NodeId).Order(StringComparer.Ordinal));
        Assert.All(nodes, row => Assert.Equal((NodePhase.Queued, "1,2", key), (row.Phase, string.Join(',', row.Body), row.Key.Execution)));
        var tasks = await Store.Executions.ListTasksAsync(key, null, Token);
        Assert.Equal(2, tasks.Count);
        var task = Assert.Single(await Store.Executions.ListTasksAsync(key, "n1", Token));
        Assert.Equal(TaskOf(key, "n1").Key, task.Key);
        Assert.Equal((TaskPhase.Running, 7u, "9"), (task.Phase, task.PhaseVersion, string.Join(',', task.Body)));
        Assert.Empty(await Store.Executions.ListTasksAsync(key, "n2", Token));
        Assert.Empty(await Store.Executions.ListNodesAsync(StoreSamples.Key("none"), Token));
    }

    [Fact]
    public async Task NodeWorkflow_Written_IsReadBackAndReplaced()
    {
        var key = await CreateAsync();
        var node = new NodeKey(key, "n0");
        Assert.Null(await Store.Executions.GetNodeWorkflowAsync(node, Token));

        foreach (var body in new byte[][] { [1], [2, 3] })
            await ChangeAsync(key, (_, changes) => changes.NodeWorkflows.Add(new NodeWorkflow(node, body)));

        Assert.Equal([2, 3], await Store.Executions.GetNodeWorkflowAsync(node, Token));
        Assert.Null(await Store.Executions.GetNodeWorkflowAsync(new NodeKey(key, "n1"), Token));
    }

    [Fact]
    public async Task State_Changed_IsFiltered_AndOutlivesEvents()
    {
        foreach (var name in new[] { "a", "b" })
            await CreateAsync(StoreSamples.Execution(name));
        await ChangeAsync(StoreSamples.Key("a"), (row, _) => (row.NewState, row.Closure) = (1, [4]));
        await ChangeAsync(StoreSamples.Key("a"), (row, _) => row.Phase = WorkflowPhase.Running);

        Assert.Equal(["a"], await NamesAsync(Query() with { Filters = [new(ExecutionColumn.State, FilterFunction.Eq, [1L])] }));
        Assert.Equal(["b"], await NamesAsync(Query() with { Filters = [new(ExecutionColumn.State, FilterFunction.Eq, [0L])] }));
        Assert.Equal([4], (await Store.Executions.GetAsync(StoreSamples.Key("a"), Token))!.Closure);
    }

    [Fact]
    public async Task Tags_AreAskedForTogether()
    {
        await CreateAsync(StoreSamples.Execution("a") with { Tags = [("team", "ml"), ("tier", "gold")] });
        await CreateAsync(StoreSamples.Execution("b") with { Tags = [("team", "web"), ("nightly", "")] });

        Assert.Equal(["a"], await NamesAsync(Tagged(("team", "ml"))));
        Assert.Empty(await NamesAsync(Tagged(("team", "gold"))));
        Assert.Equal(["b"], await NamesAsync(Tagged(("nightly", ""))));
        Assert.Equal(
            ["b", "a"],
            await NamesAsync(Query() with { Filters = [new(ExecutionColumn.TagValue, FilterFunction.ValueIn, ["ml", "web"])] })
        );

        static ExecutionQuery Tagged((string Key, string Value) tag) =>
            Query() with
            {
                Filters =
                [
                    new(ExecutionColumn.TagKey, FilterFunction.Eq, [tag.Key]),
                    new(ExecutionColumn.TagValue, FilterFunction.Eq, [tag.Value]),
                ],
            };
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_FromACursor_GoesOnThoughMoreAreCreated(bool descending)
    {
        for (var i = 0; i < 12; i++)
            await CreateAsync(StoreSamples.Execution($"p{i:00}", StoreSamples.Start.AddSeconds(i / 4)));

        var seen = new List<string>();
        ExecutionCursor? after = null;
        while (true)
        {
            var query = Query() with { Limit = 5, After = after, Descending = descending };
            var page = await Store.Executions.ListAsync(query, Token);
            seen.AddRange(page.Select(execution => execution.Key.Name).Where(name => name[0] == 'p'));
            if (page.Count < 5)
                break;
            after = ExecutionCursor.Parse(ExecutionCursor.After(page[^1]));
            Assert.Equal((page[^1].CreatedAt, page[^1].Id), (after!.Value.CreatedAt, after.Value.Id));
            await CreateAsync(StoreSamples.Execution($"x{seen.Count}", StoreSamples.Start.AddHours(descending ? 1 : -1)));
        }

        var all = Enumerable.Range(0, 12).Select(i => $"p{i:00}");
        Assert.Equal(descending ? all.Reverse() : all, seen);
    }

    [Fact]
    public async Task Signal_AskedForAgain_StaysAsItWas()
    {
        var key = new SignalKey(await CreateAsync(), "approve");

        var first = await Store.Signals.GetOrAddAsync(key, [1], StoreSamples.Start, Token);
        Assert.True(await Store.Signals.SetAsync(key, [5], StoreSamples.Start.AddSeconds(1), Token));
        var again = await Store.Signals.GetOrAddAsync(key, [2], StoreSamples.Start.AddSeconds(2), Token);

        Assert.Null(first!.Value);
        Assert.Equal(("1", "5"), (string.Join(',', again!.Type), string.Join(',', again.Value!)));
        Assert.Equal((StoreSamples.Start, StoreSamples.Start.AddSeconds(1)), (again.CreatedAt, again.UpdatedAt));
    }

    [Fact]
    public async Task Signals_AreListedInOrder_AndUnknownOnesTold()
    {
        var execution = await CreateAsync();
        await CreateAsync(StoreSamples.Execution("f2"));
        for (var i = 0; i < 3; i++)
            await Store.Signals.GetOrAddAsync(new SignalKey(execution, $"s{3 - i}"), [1], StoreSamples.Start.AddSeconds(i), Token);

        Assert.Equal(["s3", "s2", "s1"], (await Store.Signals.ListAsync(execution, Token)).Select(signal => signal.Key.SignalId));
        Assert.Empty(await Store.Signals.ListAsync(StoreSamples.Key("f2"), Token));
        Assert.False(await Store.Signals.SetAsync(new SignalKey(execution, "none"), [1], StoreSamples.Start, Token));
        Assert.Null(await Store.Signals.GetOrAddAsync(new SignalKey(StoreSamples.Key("none"), "s"), [1], StoreSamples.Start, Token));
    }

    private static TaskRow TaskOf(ExecutionKey execution, string node) =>
        new()
        {
            Key = StoreSamples.TaskKey(execution) with { Node = new NodeKey(execution, node) },
            Phase = TaskPhase.Running,
            PhaseVersion = 7,
            Body = [9],
            IsNew = true,
        };
}
