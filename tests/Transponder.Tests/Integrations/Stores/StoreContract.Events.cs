using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Commit_OneEvent_IsReadBackWhole()
    {
        var key = await CreateAsync();

        var written = await AppendAsync(key, EventKind.Task);

        var read = Assert.Single(await Store.Events.ReadAsync(0, null, 10, Token));
        Assert.Equal(written.Position, read.Position);
        Assert.Equal(written.Id, read.Id);
        Assert.Equal(key, read.Execution);
        Assert.Equal(EventKind.Task, read.Kind);
        Assert.Equal(3, read.Phase);
        Assert.Equal(1, read.Sequence);
        Assert.Equal(StoreSamples.Start, read.OccurredAt);
        Assert.Equal(StoreSamples.Start.AddSeconds(1), read.ReceivedAt);
        Assert.Equal([0, 255, 1], read.Request);
    }

    [Fact]
    public async Task Commit_DecideThrows_StoresNothingOfTheBatch()
    {
        var key = await CreateAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ChangeAsync(key, (_, _) => throw new InvalidOperationException("undecided"))
        );

        Assert.Empty(await Store.Events.ReadAsync(0, null, 10, Token));
        Assert.Equal(1, (await AppendAsync(key)).Sequence);
    }

    [Fact]
    public async Task Commit_ExecutionRow_ReplacesStateClosureAndListColumns()
    {
        var key = await CreateAsync();

        await ChangeAsync(
            key,
            (row, _) =>
            {
                Assert.Equal(WorkflowPhase.Queued, row.Phase);
                Assert.Equal("", row.Cluster);
                Assert.Equal(0, row.LastSequence);
                Assert.Equal([3], row.Closure);
                Assert.Equal(StoreSamples.Start, row.UpdatedAt);
                Assert.Null(row.StartedAt);
                row.Phase = WorkflowPhase.Failed;
                row.Cluster = "c1";
                row.LastSequence = 7;
                row.Closure = [9, 9];
                row.StartedAt = StoreSamples.Start.AddSeconds(1);
                row.Duration = TimeSpan.FromMicroseconds(1234567);
                row.UpdatedAt = StoreSamples.Start.AddSeconds(2);
                row.ErrorKind = "USER";
                row.ErrorCode = "code";
                row.AbortCause = "cause";
            }
        );

        await ReopenAsync();
        await ChangeAsync(
            key,
            (row, _) =>
            {
                Assert.Equal(WorkflowPhase.Failed, row.Phase);
                Assert.Equal("c1", row.Cluster);
                Assert.Equal(7, row.LastSequence);
                Assert.Equal([9, 9], row.Closure);
                Assert.Equal(StoreSamples.Start.AddSeconds(1), row.StartedAt);
                Assert.Equal(TimeSpan.FromMicroseconds(1234567), row.Duration);
                Assert.Equal(StoreSamples.Start.AddSeconds(2), row.UpdatedAt);
                Assert.Equal("USER", row.ErrorKind);
                Assert.Equal("code", row.ErrorCode);
                Assert.Equal("cause", row.AbortCause);
            }
        );
    }

    [Fact]
    public async Task Commit_ClosureNotAskedFor_IsNeitherLoadedNorChanged()
    {
        var key = await CreateAsync();
        var keys = new BatchKeys();
        keys.Executions.Add(key);

        await Store.Events.CommitAsync(
            keys,
            state =>
            {
                var row = state.Executions[key];
                Assert.Null(row.Closure);
                row.Phase = WorkflowPhase.Running;
                return Changes(changes => changes.Executions.Add(row));
            },
            Token
        );

        var stored = await Store.Executions.GetAsync(key, Token);
        Assert.Equal(WorkflowPhase.Running, stored!.Phase);
        Assert.Equal([3], stored.Closure);
    }

    [Fact]
    public async Task Commit_UnknownKeys_AreAbsentFromTheState()
    {
        var known = await CreateAsync();
        var unknown = StoreSamples.Key("unknown");
        var keys = new BatchKeys();
        keys.Executions.UnionWith([known, unknown]);
        keys.Referenced.UnionWith([known, unknown]);
        keys.Nodes.UnionWith([new NodeKey(known, "n0"), new NodeKey(unknown, "n0")]);
        keys.Tasks.UnionWith([StoreSamples.TaskKey(known), StoreSamples.TaskKey(unknown)]);
        BatchState? seen = null;

        await Store.Events.CommitAsync(
            keys,
            state =>
            {
                seen = state;
                return new BatchChanges();
            },
            Token
        );

        Assert.Equal([known], seen!.Executions.Keys);
        Assert.Equal([known], seen.Referenced);
        Assert.Empty(seen.Nodes);
        Assert.Empty(seen.Tasks);
    }

    [Fact]
    public async Task Commit_RacingOnOneExecution_EachSeesTheOnesBefore()
    {
        var key = await CreateAsync();

        var events = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => AppendAsync(key), Token)));

        Assert.Equal(Enumerable.Range(1, 64).Select(n => (long)n), events.Select(one => one.Sequence).Order());
        var log = await Store.Events.ReadAsync(0, null, 100, Token);
        Assert.Equal(Enumerable.Range(1, 64).Select(n => (long)n), log.Select(one => one.Sequence));
    }

    [Fact]
    public async Task Commit_OverlappingBatchesInAnyOrder_NeverDeadlock()
    {
        var keys = new List<ExecutionKey>();
        for (var i = 0; i < 8; i++)
            keys.Add(await CreateAsync(StoreSamples.Execution($"e{i}")));

        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(worker =>
                    Task.Run(
                        async () =>
                        {
                            for (var round = 0; round < 25; round++)
                                await AppendToAllAsync(worker % 2 == 0 ? keys : Enumerable.Reverse(keys));
                        },
                        Token
                    )
                )
        );

        var log = await Store.Events.ReadAsync(0, null, 10_000, Token);
        Assert.Equal(8 * 100, log.Count);
        Assert.All(log.GroupBy(one => one.Execution), one => Assert.Equal(100, one.Max(e => e.Sequence)));
    }

    [Fact]
    public async Task Read_DuringConcurrentCommits_MissesNothingAndGrows()
    {
        const int Writers = 4;
        const int Rounds = 40;
        var keys = new List<ExecutionKey>();
        for (var i = 0; i < Writers; i++)
            keys.Add(await CreateAsync(StoreSamples.Execution($"w{i}")));
        var writing = Task.WhenAll(
            keys.Select(key =>
                Task.Run(
                    async () =>
                    {
                        for (var round = 0; round < Rounds; round++)
                            await AppendAsync(key);
                    },
                    Token
                )
            )
        );

        var seen = new List<LoggedEvent>();
        var after = 0L;
        while (seen.Count < Writers * Rounds)
        {
            var finished = writing.IsCompleted;
            var page = await Store.Events.ReadAsync(after, null, 7, Token);
            if (finished && page.Count == 0)
                break;
            seen.AddRange(page);
            after = page.Count > 0 ? page[^1].Position : after;
        }
        await writing;

        Assert.Equal(Writers * Rounds, seen.Count);
        Assert.Equal(seen.Select(one => one.Position).Distinct().Order(), seen.Select(one => one.Position));
    }

    [Fact]
    public async Task Read_OneShard_IsThatShardInOrder()
    {
        for (var i = 0; i < 24; i++)
            await AppendAsync(await CreateAsync(StoreSamples.Execution($"s{i}")));
        var all = await Store.Events.ReadAsync(0, null, 100, Token);

        for (var shard = 0; shard < ExecutionKey.ShardCount; shard++)
            Assert.Equal(
                all.Where(one => one.Execution.Shard == shard).Select(one => one.Position),
                (await Store.Events.ReadAsync(0, shard, 100, Token)).Select(one => one.Position)
            );
        Assert.Equal(
            all.Skip(5).Take(3).Select(one => one.Id),
            (await Store.Events.ReadAsync(all[4].Position, null, 3, Token)).Select(one => one.Id)
        );
    }

    [Fact]
    public async Task Commit_ValueThatCannotBeStored_IsBadDataAndCostsOnlyItsOwnBatch()
    {
        var key = await CreateAsync();
        var poison = new NodeKey(key, "n\0");
        var half = new NodeKey(key, "n\ud800");

        foreach (var bad in new[] { poison, half })
        {
            var good = AppendAsync(key);
            var failure = await Assert.ThrowsAsync<StoreException>(() =>
                ChangeAsync(
                    key,
                    (row, changes) =>
                    {
                        changes.Events.Add(StoreSamples.Event(row));
                        changes.Nodes.Add(StoreSamples.Node(bad));
                    }
                )
            );
            Assert.Equal(StoreFailure.BadData, failure.Failure);
            await good;
        }

        Assert.Equal([1L, 2L], (await Store.Events.ReadAsync(0, null, 10, Token)).Select(one => one.Sequence));
    }

    [Fact]
    public async Task Commit_OverlongKey_IsStoredOrBadData()
    {
        var key = await CreateAsync();
        var random = new Random(1);
        var node = new NodeKey(key, string.Concat(Enumerable.Range(0, 6_000).Select(_ => (char)random.Next('!', '~'))));

        try
        {
            await ChangeAsync(key, (_, changes) => changes.Nodes.Add(StoreSamples.Node(node)));
            Assert.NotNull(await Store.Executions.GetNodeAsync(node, Token));
        }
        catch (StoreException failure)
        {
            Assert.Equal(StoreFailure.BadData, failure.Failure);
        }
        Assert.Equal(1, (await AppendAsync(key)).Sequence);
    }

    [Fact]
    public async Task Commit_TextOfEveryPlane_ComesBackAsItWas()
    {
        var key = await CreateAsync();
        const string Text = "'; DROP TABLE x; -- \r\n\t\u2028 ünïcödé \U0001F680 \uFFFD %_\\";

        await ChangeAsync(key, (row, _) => row.AbortCause = Text);

        await ChangeAsync(key, (row, _) => Assert.Equal(Text, row.AbortCause));
    }

    [Fact]
    public async Task Commit_Cancelled_BeforeItBegins_WritesNothing()
    {
        var key = await CreateAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var keys = new BatchKeys();
        keys.Executions.Add(key);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Store.Events.CommitAsync(keys, _ => throw new InvalidOperationException("decided"), cancelled.Token)
        );
    }

    private static BatchChanges Changes(Action<BatchChanges> fill)
    {
        var changes = new BatchChanges();
        fill(changes);
        return changes;
    }

    private Task AppendToAllAsync(IEnumerable<ExecutionKey> executions)
    {
        var keys = new BatchKeys();
        foreach (var key in executions)
            keys.Executions.Add(key);
        return Store.Events.CommitAsync(
            keys,
            state =>
                Changes(changes =>
                {
                    foreach (var key in keys.Executions)
                    {
                        changes.Events.Add(StoreSamples.Event(state.Executions[key]));
                        changes.Executions.Add(state.Executions[key]);
                    }
                }),
            Token
        );
    }
}
