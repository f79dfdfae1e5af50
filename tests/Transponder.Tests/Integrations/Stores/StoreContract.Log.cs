using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Bounds_OfAnEmptyLog_AreZero() => Assert.Equal((0, 0), await Store.Events.BoundsAsync(Token));

    [Fact]
    public async Task Read_PastExecutionsThatAreBeingRemoved_FillsItsPage()
    {
        ExecutionKey[] keys =
        [
            await CreateAsync(),
            await CreateAsync(StoreSamples.Execution("f2")),
            await CreateAsync(StoreSamples.Execution("f3")),
        ];
        foreach (var key in keys)
            await AppendAsync(key);
        await ExecuteAsync("DELETE FROM executions WHERE name = 'f2'");

        // Fewer than asked for would mean that the log has no more.
        Assert.Equal([keys[0], keys[2]], (await Store.Events.ReadAsync(0, null, 2, Token)).Select(one => one.Execution));
        Assert.Equal([keys[2]], (await Store.Events.ReadAsync(1, null, 1, Token)).Select(one => one.Execution));
        Assert.Empty(await Store.Events.ReadAsync(1, keys[1].Shard, 1, Token));
    }

    [Fact]
    public async Task Search_ByExecutionProjectAndPhase_FindsThoseInOrder()
    {
        var (one, other) = (await CreateAsync(), await CreateAsync(StoreSamples.Execution("f2")));
        var first = await AppendAsync(one);
        await AppendAsync(other);
        var last = await AppendAsync(one, EventKind.Task);
        var log = new EventLog(Store.Events, Store.Executions);

        Assert.Equal([first.Id, last.Id], Ids(await log.SearchAsync(new EventSearch { Execution = one }, Token)));
        Assert.Equal([last.Id, first.Id], Ids(await log.SearchAsync(new EventSearch { Execution = one, Descending = true }, Token)));
        Assert.Equal(3, Ids(await log.SearchAsync(new EventSearch { Project = one.Project, Domain = one.Domain }, Token)).Count);
        Assert.Empty(Ids(await log.SearchAsync(new EventSearch { Project = "elsewhere" }, Token)));
        Assert.Empty(Ids(await log.SearchAsync(new EventSearch { Projects = new HashSet<string>() }, Token)));
        Assert.Equal(
            3,
            Ids(
                await log.SearchAsync(
                    new EventSearch
                    {
                        Projects = new HashSet<string> { one.Project, "x" },
                    },
                    Token
                )
            ).Count
        );
        var ofTasks = new EventSearch { Phases = [(EventKind.Task, last.Phase)] };
        Assert.Equal([last.Id], Ids(await log.SearchAsync(ofTasks, Token)));
        Assert.Empty(Ids(await log.SearchAsync(ofTasks with { Phases = [] }, Token)));
    }

    [Fact]
    public async Task Search_InPages_MissesAndRepeatsNothing()
    {
        var key = await CreateAsync();
        for (var i = 0; i < 7; i++)
            await AppendAsync(key);
        var log = new EventLog(Store.Events, Store.Executions);

        foreach (var descending in new[] { false, true })
        {
            var seen = new List<long>();
            for (string? token = ""; token is not null; )
            {
                var (page, next) = await log.SearchAsync(
                    new EventSearch
                    {
                        Limit = 3,
                        Descending = descending,
                        Token = token,
                    },
                    Token
                );
                seen.AddRange(page.Select(one => one.Sequence));
                token = next;
            }

            Assert.Equal(descending ? [7, 6, 5, 4, 3, 2, 1] : [1L, 2, 3, 4, 5, 6, 7], seen);
        }
    }

    [Fact]
    public async Task Search_ByTimeOfReceipt_KeepsToIt()
    {
        var key = await CreateAsync();
        var written = await AppendAsync(key);
        var log = new EventLog(Store.Events, Store.Executions);

        Assert.Single(Ids(await log.SearchAsync(new EventSearch { Since = written.ReceivedAt }, Token)));
        Assert.Empty(Ids(await log.SearchAsync(new EventSearch { Since = written.ReceivedAt.AddSeconds(1) }, Token)));
        Assert.Empty(Ids(await log.SearchAsync(new EventSearch { Before = written.ReceivedAt }, Token)));
    }

    [Fact]
    public async Task Search_OfAnUnknownExecution_IsNotFound()
    {
        var log = new EventLog(Store.Events, Store.Executions);

        var failure = await Assert.ThrowsAsync<RpcException>(() =>
            log.SearchAsync(new EventSearch { Execution = new("no", "such", "execution") }, Token)
        );

        Assert.Equal(StatusCode.NotFound, failure.Code);
    }

    [Fact]
    public async Task Clock_OfTheStore_Runs() => Assert.InRange((await Store.ReadClockAsync(Token)).Year, 2020, 2999);

    private static List<Guid> Ids((IReadOnlyList<LoggedEvent> Page, string? NextToken) found) => [.. found.Page.Select(one => one.Id)];
}
