using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    private static readonly TimeSpan LongLease = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Register_NewSinks_BeginAtTheEndOrBeforeTheStart()
    {
        var last = await AppendAsync(await CreateAsync());

        await RegisterAsync("end");
        await Store.Lanes.RegisterAsync([new("start", FromStart: true), new("end", FromStart: true)], Token);

        var leases = await Store.Lanes.LeaseAsync("a", ["end", "start"], LongLease, Token);
        Assert.Equal(2 * ExecutionKey.ShardCount, leases.Count);
        Assert.All(leases, lease => Assert.Equal(lease.Sink == "end" ? last.Position : 0, lease.Position));
        Assert.DoesNotContain(leases, lease => lease.Surplus);
    }

    [Fact]
    public async Task Register_ManyAtOnceBesideCommits_MakesEachLaneOnceAndMissesNothing()
    {
        var key = await CreateAsync();
        var registered = Enumerable
            .Range(0, 8)
            .Select(turn =>
                Task.Run(
                    () =>
                        Store.Lanes.RegisterAsync(
                            turn % 2 == 0 ? [new("x", false), new("y", true)] : [new("y", true), new("x", false)],
                            Token
                        ),
                    Token
                )
            )
            .ToArray();
        var events = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            if (registered.All(one => one.IsCompleted))
                await RegisterAsync($"late{i}");
            events.Add((await AppendAsync(key)).Position);
        }
        await Task.WhenAll(registered);

        var sinks = await Store.Lanes.ProgressAsync(Token);
        var leases = await Store.Lanes.LeaseAsync("a", [.. sinks.Select(sink => sink.Sink)], LongLease, Token);
        foreach (var lanes in leases.GroupBy(lease => lease.Sink))
        {
            Assert.Equal(Enumerable.Range(0, ExecutionKey.ShardCount), lanes.Select(lease => lease.Shard).Order());
            var mine = lanes.Single(lease => lease.Shard == key.Shard);
            if (lanes.Key.StartsWith("late", StringComparison.Ordinal))
                Assert.Equal(
                    events[int.Parse(lanes.Key[4..], System.Globalization.CultureInfo.InvariantCulture)],
                    (await Store.Events.ReadAsync(mine.Position, key.Shard, 1, Token)).Single().Position
                );
        }
    }

    [Fact]
    public async Task LaneLease_TwoOwners_ShareEverySinkEqually()
    {
        await RegisterAsync("x", "y");
        var alone = await LeaseLanesAsync("a");
        Assert.Equal(32, alone.Count);
        Assert.Empty(await LeaseLanesAsync("b"));

        var surplus = (await LeaseLanesAsync("a")).Where(lease => lease.Surplus).ToArray();
        Assert.Equal([("x", 8), ("y", 8)], surplus.CountBy(lease => lease.Sink).Select(one => (one.Key, one.Value)).Order());
        await Store.Lanes.GiveBackAsync(surplus, Token);
        var rest = await LeaseLanesAsync("a");
        var taken = await LeaseLanesAsync("b");

        Assert.Equal((16, 16), (rest.Count, taken.Count));
        Assert.DoesNotContain(rest.Concat(taken), lease => lease.Surplus);
        Assert.Equal(32, rest.Concat(taken).DistinctBy(lease => (lease.Sink, lease.Shard)).Count());
        Assert.All(taken, lease => Assert.True(lease.Fence > surplus.Single(old => Same(old, lease)).Fence));
        Assert.All(rest, lease => Assert.Equal(lease.Fence, alone.Single(old => Same(old, lease)).Fence));
    }

    [Fact]
    public async Task LaneLease_ThreeOwners_LeaveNoLaneAlone()
    {
        await RegisterAsync("x");
        foreach (var turn in Enumerable.Range(0, 2))
        foreach (var owner in new[] { "a", "b", "c" })
            await Store.Lanes.GiveBackAsync([.. (await LeaseLanesAsync(owner)).Where(lease => lease.Surplus)], Token);

        var shares = new List<int>();
        foreach (var owner in new[] { "a", "b", "c" })
            shares.Add((await LeaseLanesAsync(owner)).Count);

        Assert.Equal([6, 5, 5], shares);
    }

    [Fact]
    public async Task LaneLease_OfSinksThatDiffer_CountsThoseThatServeThem()
    {
        await RegisterAsync("x", "y");

        await Store.Lanes.LeaseAsync("a", ["x"], LongLease, Token);
        var other = await Store.Lanes.LeaseAsync("b", ["y"], LongLease, Token);

        Assert.Equal(16, other.Count);
        Assert.All(other, lease => Assert.Equal("y", lease.Sink));
    }

    [Fact]
    public async Task LaneLease_OfADeadOwner_GoesOnWithALaterFenceAndTheOldOneIsFenced()
    {
        var key = await CreateAsync();
        await RegisterAsync("x");
        var old = (await LeaseLanesAsync("a")).Single(lease => lease.Shard == key.Shard);
        Assert.Empty(await Store.Lanes.SaveAsync([Progress(old, 7)], Token));

        await Store.Lanes.LeaseAsync("a", ["x"], TimeSpan.FromMilliseconds(1), Token);
        var taken = await Eventually.NotNullAsync(
            async () => await LeaseLanesAsync("b") is { Count: ExecutionKey.ShardCount } all ? all : null,
            "the lanes to change hands"
        );

        var lease = taken.Single(one => Same(one, old));
        Assert.True(lease.Fence > old.Fence);
        Assert.Equal(7, lease.Position);
        var late = Progress(old, 99) with { Held = [Held(1, 50)], Quarantined = [Refused("x", 51)] };
        Assert.Equal([old], await Store.Lanes.SaveAsync([late, Progress(taken.First(one => one.Shard != key.Shard), 3)], Token));
        Assert.Empty(await Store.Lanes.HeldAsync("x", key.Shard, Token));
        Assert.Empty(await Store.Lanes.QuarantineAsync(null, 0, 10, Token));
        await Store.Lanes.GiveBackAsync([old], Token);
        var renewed = await LeaseLanesAsync("b");
        Assert.Equal((lease.Fence, 7L), (renewed.Single(one => Same(one, old)).Fence, renewed.Single(one => Same(one, old)).Position));
        Assert.Contains(renewed, one => one.Position == 3);
    }

    [Fact]
    public async Task LaneLease_Released_GoesToTheNextAtOnce()
    {
        await RegisterAsync("x");
        await LeaseLanesAsync("a");

        await Store.Lanes.ReleaseAsync("a", Token);

        Assert.Equal(ExecutionKey.ShardCount, (await LeaseLanesAsync("b")).Count);
    }

    [Fact]
    public async Task LaneLease_ManyOwnersAtOnce_NeverShareALane()
    {
        await RegisterAsync("x", "y", "z");
        string[] sinks = ["x", "y", "z"];
        var owners = Enumerable.Range(0, 4).Select(number => $"o{number}").ToArray();
        await Task.WhenAll(
            owners.Select(owner =>
                Task.Run(
                    async () =>
                    {
                        for (var turn = 0; turn < 6; turn++)
                        {
                            var mine = await Store.Lanes.LeaseAsync(owner, sinks, LongLease, Token);
                            Assert.Empty(await Store.Lanes.SaveAsync([.. mine.Select(lease => Progress(lease, turn))], Token));
                            await Store.Lanes.GiveBackAsync([.. mine.Where(lease => lease.Surplus).Reverse()], Token);
                        }
                    },
                    Token
                )
            )
        );

        var held = new List<LaneLease>();
        foreach (var owner in owners)
            held.AddRange(await Store.Lanes.LeaseAsync(owner, sinks, LongLease, Token));
        Assert.Equal(48, held.Count);
        Assert.Equal(48, held.DistinctBy(lease => (lease.Sink, lease.Shard)).Count());
    }

    [Fact]
    public async Task LaneSave_HeldAndQuarantined_AreThereAfterReopening()
    {
        var key = await CreateAsync();
        var written = await AppendAsync(key);
        await Store.Lanes.RegisterAsync([new("x", FromStart: true)], Token);
        var lease = (await LeaseLanesAsync("a")).Single(one => one.Shard == key.Shard);
        var held = Held(written.ExecutionId, written.Position - 1);
        var refused = Refused("x", written.Position);
        var another = refused with { EventId = Guid.CreateVersion7() };

        await Store.Lanes.SaveAsync(
            [Progress(lease, written.Position) with { Held = [held, Held(77, 0)], Quarantined = [another, refused] }],
            Token
        );
        await Store.Lanes.SaveAsync(
            [Progress(lease, written.Position) with { Held = [held with { Attempts = 4 }], Released = [77], Quarantined = [refused] }],
            Token
        );

        await ReopenAsync();
        Assert.Equal([held with { Attempts = 4 }], await Store.Lanes.HeldAsync("x", key.Shard, Token));
        var stored = await Store.Lanes.QuarantineAsync("x", 0, 10, Token);
        Assert.Equal(2, stored.Count);
        Assert.Equal(refused.Payload, stored[0].Payload);
        Assert.Equal(refused with { Id = stored[0].Id, Payload = stored[0].Payload }, stored[0]);
        Assert.Equal([stored[1].Id], (await Store.Lanes.QuarantineAsync(null, stored[0].Id, 10, Token)).Select(one => one.Id));
        Assert.Empty(await Store.Lanes.QuarantineAsync("y", 0, 10, Token));
        Assert.Equal([new SinkProgress("x", written.Position - 1, 1, 2)], await Store.Lanes.ProgressAsync(Token));
    }

    [Fact]
    public async Task LaneProgress_LanesWithNothingToSend_AreAtTheEnd()
    {
        var key = await CreateAsync();
        var first = await AppendAsync(key);
        await RegisterAsync("x");
        var last = await AppendAsync(key);

        Assert.Equal(last.Position - 1, Assert.Single(await Store.Lanes.ProgressAsync(Token)).Position);
        var lease = (await LeaseLanesAsync("a")).Single(one => one.Shard == key.Shard);
        Assert.Equal(first.Position, lease.Position);
        await Store.Lanes.SaveAsync([Progress(lease, last.Position)], Token);
        Assert.Equal(last.Position, Assert.Single(await Store.Lanes.ProgressAsync(Token)).Position);
    }

    [Fact]
    public async Task LaneForget_ThenRegister_DoesNotRepeatFences()
    {
        await RegisterAsync("x", "y");
        var old = (await LeaseLanesAsync("a"))[0];
        await Store.Lanes.SaveAsync([Progress(old, 1) with { Held = [Held(1, 0)], Quarantined = [Refused("x", 1)] }], Token);

        Assert.Equal(1, await Store.Lanes.ForgetAsync(["x", "never"], Token));

        Assert.Equal("y", Assert.Single(await Store.Lanes.ProgressAsync(Token)).Sink);
        Assert.Empty(await Store.Lanes.HeldAsync("x", old.Shard, Token));
        Assert.Empty(await Store.Lanes.QuarantineAsync("x", 0, 10, Token));
        await RegisterAsync("x");
        await LeaseLanesAsync("b");
        Assert.Equal([old], await Store.Lanes.SaveAsync([Progress(old, 5)], Token));
    }

    [Fact]
    public async Task Read_Events_HaveTheirExecutionAndSpan()
    {
        var key = await CreateAsync();
        var written = await AppendAsync(key);
        await ChangeAsync(
            key,
            (row, changes) =>
            {
                var sample = StoreSamples.Event(row);
                changes.Events.Add(
                    new()
                    {
                        Id = sample.Id,
                        ExecutionId = sample.ExecutionId,
                        Shard = sample.Shard,
                        Kind = sample.Kind,
                        Phase = sample.Phase,
                        Sequence = sample.Sequence,
                        OccurredAt = sample.OccurredAt,
                        ReceivedAt = sample.ReceivedAt,
                        Request = sample.Request,
                    }
                );
            }
        );

        foreach (
            var read in new[]
            {
                await Store.Events.ReadAsync(0, null, 10, Token),
                await Store.Events.ReadAsync(0, key.Shard, 10, Token),
                await Store.Events.SearchAsync(
                    new()
                    {
                        After = 0,
                        Until = 100,
                        Limit = 10,
                    },
                    Token
                ),
            }
        )
        {
            Assert.All(read, one => Assert.Equal((key, written.ExecutionId), (one.Execution, one.ExecutionId)));
            Assert.Equal([StoreSamples.TraceParent, null], read.Select(one => one.TraceParent));
        }
    }

    [Fact]
    public async Task RemoveEvents_AboveCursors_AreCountedForEachSink()
    {
        var (key, other) = (await CreateAsync(), await CreateAsync(StoreSamples.Execution("f2")));
        await Store.Lanes.RegisterAsync([new("x", FromStart: true), new("y", FromStart: true), new("z", FromStart: true)], Token);
        var first = await AppendAsync(key);
        await AppendAsync(other);
        var last = await AppendAsync(key);
        var leases = await Store.Lanes.LeaseAsync("a", ["x", "y", "z"], LongLease, Token);
        await Store.Lanes.SaveAsync(
            [
                .. leases
                    .Where(lease => lease.Sink != "z")
                    .Select(lease => Progress(lease, lease.Sink == "x" && lease.Shard == key.Shard ? first.Position : last.Position)),
            ],
            Token
        );
        var blocked = leases.Single(lease => lease.Sink == "y" && lease.Shard == key.Shard);
        await Store.Lanes.SaveAsync([Progress(blocked, last.Position) with { Held = [Held(first.ExecutionId, 0)] }], Token);

        var slowest = (await Store.Lanes.ProgressAsync(Token)).ToDictionary(one => one.Sink, one => one.Position);
        var safe = await Store.Retention.RemoveEventsAsync(All, slowest.Values.Min() + 1, Token);
        var forced = await Store.Retention.RemoveEventsAsync(All, long.MaxValue, Token);

        Assert.Equal((0, 0), (safe.Removed, safe.Unsent.Count));
        Assert.Equal(3, forced.Removed);
        Assert.Equal([("x", 1), ("y", 2), ("z", 3)], forced.Unsent.Select(one => (one.Key, one.Value)).Order());
        Assert.All(await Store.Lanes.ProgressAsync(Token), one => Assert.True(one.Position >= 0));
    }

    [Fact]
    public async Task Measure_AnswersWhatTheStoreTakes()
    {
        var size = await Store.Retention.MeasureAsync(Token);

        Assert.InRange(size.Bytes, 10_000, 50_000_000);
        Assert.True(size.DiskUsed is null or (>= 0 and <= 1));
    }

    private Task RegisterAsync(params string[] sinks) =>
        Store.Lanes.RegisterAsync([.. sinks.Select(sink => new SinkRegistration(sink, FromStart: false))], Token);

    private Task<IReadOnlyList<LaneLease>> LeaseLanesAsync(string owner) => Store.Lanes.LeaseAsync(owner, ["x", "y"], LongLease, Token);

    private static bool Same(LaneLease one, LaneLease other) => (one.Sink, one.Shard) == (other.Sink, other.Shard);

    private static LaneProgress Progress(LaneLease lease, long position) => new(lease, position, [], [], []);

    private static HeldExecution Held(long execution, long position) =>
        new(execution, position, 3, StoreSamples.Start, StoreSamples.Start.AddMinutes(1), "why");

    private static QuarantinedRecord Refused(string sink, long position) =>
        new(0, sink, position, Guid.CreateVersion7(StoreSamples.Start), "p/d/n", "too large", [0, 1, 255], StoreSamples.Start);
}
