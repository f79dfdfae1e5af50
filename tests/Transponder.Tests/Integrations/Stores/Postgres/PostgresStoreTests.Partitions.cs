using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Core.Egress;
using Transponder.Core.Executions;
using Transponder.Core.Retention;
using Transponder.Core.Store;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores.Postgres;

/// <summary>The log's partitions: made before they are needed, read as one log, dropped in one piece.</summary>
public sealed partial class PostgresStoreTests
{
    private const long Second = 4_000_000;

    private static readonly RetentionStep Old = new(StoreSamples.Start.AddDays(1), 0, 100);

    [Fact]
    public async Task Append_WherePartitionsEnd_GoesOnInTheNext()
    {
        var key = await CreateAsync();
        var positions = new List<long>();
        foreach (var before in new[] { 0, Second - 2, (3 * Second) - 2, 12 * Second })
        {
            await SetPositionAsync(before);
            for (var i = 0; i < 3; i++)
                positions.Add((await AppendAsync(key)).Position);
        }

        Assert.Equal([1, 2, 3, Second - 1, Second, Second + 1], positions[..6]);
        // A commit that finds no partition is repeated, with positions of its own.
        Assert.Equal(positions.Order(), positions);
        foreach (var limit in new[] { 1, 2, 5, 100 })
        {
            Assert.Equal(positions, await ReadLogAsync(null, limit));
            Assert.Equal(positions, await ReadLogAsync(key.Shard, limit));
        }
        Assert.Empty(await Store.Events.ReadAsync(0, (key.Shard + 1) % ExecutionKey.ShardCount, 10, Token));
        Assert.Equal((1, positions[^1]), await Store.Events.BoundsAsync(Token));
        await ExtendedAsync(positions[^1]);
    }

    [Fact]
    public async Task Append_ByTwoProcessesWhereThereIsNoPartition_FailsNowhere()
    {
        await CreateAsync(StoreSamples.Execution("a"));
        await CreateAsync(StoreSamples.Execution("b"));
        await using var other = PostgresDatabases.Open(_database!);
        await SetPositionAsync((3 * Second) - 20);

        await Task.WhenAll(
            new[] { (Store, "a"), (other, "b") }.Select(one =>
                Task.Run(() => AppendAsync(one.Item1, StoreSamples.Key(one.Item2), 40), Token)
            )
        );

        Assert.Equal(80, (await ReadLogAsync(null, 100)).Count);
    }

    [Fact]
    public async Task RemoveEvents_OfAWholePartition_DropsItAndCountsWhatSinksMiss()
    {
        await Store.Lanes.RegisterAsync([new("behind", FromStart: true)], Token);
        var key = await CreateAsync();
        await AppendToTwoAsync(key, 3, 2);
        await Store.Lanes.RegisterAsync([new("ahead", FromStart: false)], Token);

        var whole = await Store.Retention.RemoveEventsAsync(Old, long.MaxValue, Token);
        var rows = await Store.Retention.RemoveEventsAsync(Old with { After = whole.Reached }, long.MaxValue, Token);

        Assert.Equal((3, Second - 1, false), (whole.Removed, whole.Reached, whole.Done));
        Assert.Equal([new("behind", 3)], whole.Unsent);
        Assert.False(await HasPartitionAsync("events_0"));
        Assert.Equal((2, true), (rows.Removed, rows.Done));
        Assert.True(await HasPartitionAsync($"events_{Second}"));
        Assert.Equal((0, 0), await Store.Events.BoundsAsync(Token));
    }

    [Fact]
    public async Task Bounds_AfterPositionsThatWereNeverUsed_AreThoseOfWhatWasRemoved()
    {
        var key = await CreateAsync();
        var last = await AppendAsync(key);
        await Store.Retention.RemoveEventsAsync(Old, long.MaxValue, Token);
        await ExecuteAsync("SELECT nextval('events_position_seq') FROM generate_series(1, 7)");

        var next = await AppendAsync(key);

        Assert.Equal(last.Position + 8, next.Position);
        // A cursor at the last one has missed nothing.
        Assert.Equal((last.Position + 1, next.Position), await Store.Events.BoundsAsync(Token));
    }

    [Fact]
    public async Task RemoveEvents_OfAPartitionThatACursorIsIn_TakesRows()
    {
        var key = await CreateAsync();
        await AppendToTwoAsync(key, 3, 1);

        var result = await Store.Retention.RemoveEventsAsync(Old, 3, Token);

        Assert.Equal((2, true), (result.Removed, result.Done));
        Assert.Equal([3, Second + 1], await ReadLogAsync(null, 10));
    }

    [Fact]
    public async Task RemoveEvents_OfAPartitionWithTheCauseOfADelivery_LeavesItAsLongAsThat()
    {
        var key = await CreateAsync();
        var cause = await DeliverAsync(key, StoreSamples.Delivery("d1", state: DeliveryState.Suppressed));
        await AppendToTwoAsync(key, 2, 1);

        Assert.Equal(2, (await Store.Retention.RemoveEventsAsync(Old, long.MaxValue, Token)).Removed);
        Assert.Equal([cause.Position, Second + 1], await ReadLogAsync(null, 10));
        await Store.Retention.RemoveDeliveriesAsync(Old, Token);
        Assert.Equal(1, (await Store.Retention.RemoveEventsAsync(Old, long.MaxValue, Token)).Removed);
        Assert.False(await HasPartitionAsync("events_0"));
    }

    [Fact]
    public async Task RemoveEvents_OfAPartitionThatMayGoSoon_WaitsForAllOfIt()
    {
        await AppendToTwoAsync(await CreateAsync(), 3, 1);
        await ExecuteAsync("UPDATE events SET received_at = received_at - interval '1 hour' WHERE position = 1");
        var step = Old with { Before = StoreSamples.Start };

        var waiting = await Store.Retention.RemoveEventsAsync(step with { Grace = TimeSpan.FromMinutes(1) }, long.MaxValue, Token);
        Assert.Equal((0, true), (waiting.Removed, waiting.Done));
        var rows = await Store.Retention.RemoveEventsAsync(step, long.MaxValue, Token);
        Assert.Equal((1, true), (rows.Removed, rows.Done));
        Assert.Equal([2, 3, Second + 1], await ReadLogAsync(null, 10));
    }

    [Fact]
    public async Task RemoveEvents_WhileSomebodyReadsForLong_LeavesThePartitionForLater()
    {
        await AppendToTwoAsync(await CreateAsync(), 3, 1);
        await using (var reader = new NpgsqlConnection(_database))
        {
            await reader.OpenAsync(Token);
            await using var transaction = await reader.BeginTransactionAsync(Token);
            await using var read = new NpgsqlCommand("SELECT count(*) FROM transponder.events", reader);
            await read.ExecuteScalarAsync(Token);

            var busy = await Store.Retention.RemoveEventsAsync(Old, long.MaxValue, Token);

            Assert.Equal((0, 0, true), (busy.Removed, busy.Reached, busy.Done));
        }
        Assert.Equal(4, (await ReadLogAsync(null, 10)).Count);
        Assert.Equal(3, (await Store.Retention.RemoveEventsAsync(Old, long.MaxValue, Token)).Removed);
    }

    [Fact]
    public async Task Sweep_BehindASlowSink_DropsNothingThatItHasNotGot()
    {
        var (one, other) = (await CreateAsync(), await CreateAsync(StoreSamples.Execution("f2")));
        await Store.Lanes.RegisterAsync([new("slow", FromStart: true)], Token);
        await AppendToTwoAsync(one, 3, 1);
        await AppendAsync(other);
        var time = new FakeTimeProvider(StoreSamples.Start.AddDays(31));
        var leases = await Store.Lanes.LeaseAsync("a", ["slow"], TimeSpan.FromMinutes(5), Token);

        await SweepAsync(time);
        Assert.Equal([1, 2, 3, Second + 1, Second + 2], await ReadLogAsync(null, 10));

        await Store.Lanes.SaveAsync(
            [.. leases.Select(lease => new LaneProgress(lease, lease.Shard == one.Shard ? 2 : Second, [], [], []))],
            Token
        );
        await SweepAsync(time);
        Assert.Equal([3, Second + 1, Second + 2], await ReadLogAsync(null, 10));

        await Store.Lanes.SaveAsync([.. leases.Select(lease => new LaneProgress(lease, Second, [], [], []))], Token);
        await SweepAsync(time);
        Assert.Equal([Second + 1, Second + 2], await ReadLogAsync(null, 10));
        Assert.False(await HasPartitionAsync("events_0"));
    }

    [Fact]
    public async Task RemoveExecutions_Ended_LeavesTheLogAlone()
    {
        var key = await CreateAsync();
        await AppendAsync(key);
        await ChangeAsync(key, (row, _) => (row.Phase, row.UpdatedAt) = (WorkflowPhase.Succeeded, StoreSamples.Start));

        Assert.Equal(1, (await Store.Retention.RemoveExecutionsAsync(Old, Token)).Removed);

        Assert.Equal(1L, await ValueAsync("SELECT count(*) FROM events"));
    }

    private async Task SweepAsync(FakeTimeProvider time)
    {
        var sweeper = new RetentionSweeper(
            Store.Retention,
            new RetentionOptions { Events = TimeSpan.FromDays(30) },
            time,
            NullLogger<RetentionSweeper>.Instance
        )
        {
            Hold = new LogHold(Store.Lanes, ["slow"], new EgressOptions { Retention = TimeSpan.FromDays(90) }),
        };
        var sweep = sweeper.SweepAsync(Token);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return sweep.IsCompleted;
            },
            "the end of the sweep"
        );
        await sweep;
    }

    /// <summary>Events in the first partition, and in the second from its second position on.</summary>
    private async Task AppendToTwoAsync(ExecutionKey key, int first, int second)
    {
        await AppendAsync(Store, key, first);
        await SetPositionAsync(Second);
        await AppendAsync(Store, key, second);
        // They are made beside, under a lock that whoever drops one waits for only briefly.
        await ExtendedAsync(Second + second);
    }

    private Task ExtendedAsync(long position) =>
        Eventually.TrueAsync(
            async () => await ValueAsync($"SELECT count(*) FROM event_partitions WHERE lower > {position}") is >= 2L,
            "two partitions ahead"
        );

    private static async Task AppendAsync(IStore store, ExecutionKey key, int count)
    {
        var keys = new BatchKeys();
        keys.Executions.Add(key);
        for (var i = 0; i < count; i++)
            await store.Events.CommitAsync(
                keys,
                state =>
                {
                    var changes = new BatchChanges();
                    changes.Executions.Add(state.Executions[key]);
                    changes.Events.Add(StoreSamples.Event(state.Executions[key]));
                    return changes;
                },
                Token
            );
    }

    private async Task<List<long>> ReadLogAsync(int? shard, int limit)
    {
        var positions = new List<long>();
        while (true)
        {
            var page = await Store.Events.ReadAsync(positions is [.., var last] ? last : 0, shard, limit, Token);
            if (page.Count == 0)
                return positions;
            positions.AddRange(page.Select(one => one.Position));
        }
    }

    private Task SetPositionAsync(long used) =>
        ExecuteAsync($"SELECT setval('events_position_seq', {Math.Max(1, used)}, {(used > 0 ? "true" : "false")})");

    private async Task<bool> HasPartitionAsync(string name) => await ValueAsync($"SELECT to_regclass('{name}')::text") is string;

    private Task<object?> ValueAsync(string sql) => PostgresDatabases.RunAsync(_database!, sql);
}
