using Transponder.Core.Executions;
using Transponder.Core.Lists;
using Transponder.Core.Store;
using Xunit;

namespace Transponder.Tests.Integrations.Stores;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Create_NewExecution_IsReadBackWhole()
    {
        var key = await CreateAsync();

        await ReopenAsync();
        var stored = await Store.Executions.GetAsync(key, Token);
        Assert.True(stored!.Id > 0);
        Assert.Equal(key, stored.Key);
        Assert.Equal((WorkflowPhase.Queued, "", StoreSamples.Start), (stored.Phase, stored.Cluster, stored.CreatedAt));
        Assert.Equal([1, 0, 2], stored.Spec);
        Assert.Empty(stored.Inputs);
        Assert.Equal([3], stored.Closure);
        Assert.Equal(NotificationSource.LaunchPlan, stored.Source);
        Assert.Null(await Store.Executions.GetAsync(StoreSamples.Key("none"), Token));
    }

    [Fact]
    public async Task Origins_OfManyExecutions_AreThoseThatExist()
    {
        await Store.Executions.CreateAsync(StoreSamples.Execution("f1"), Token);
        await Store.Executions.CreateAsync(StoreSamples.Execution("f2"), Token);
        await Store.Executions.CreateAsync(StoreSamples.Execution("f3"), Token);

        var origins = await Store.Executions.ReadOriginsAsync(
            [StoreSamples.Key("f2"), StoreSamples.Key("none"), StoreSamples.Key("f1")],
            Token
        );

        Assert.Equal(["f1", "f2"], origins.Select(origin => origin.Key.Name).Order());
        Assert.All(origins, origin => Assert.Equal(new EntityKey("wf-project", "wf-domain", "wf-name", "wf-1"), origin.Workflow));
        Assert.All(origins, origin => Assert.Equal([1, 0, 2], origin.Spec));
        Assert.Empty(await Store.Executions.ReadOriginsAsync([], Token));
    }

    [Fact]
    public async Task Create_Racing_OnlyOneWins()
    {
        var results = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => Store.Executions.CreateAsync(StoreSamples.Execution(), Token), Token))
        );

        Assert.Single(results, created => created);
        Assert.Single(await NamesAsync(Query()));
    }

    [Fact]
    public async Task Create_ValueThatCannotBeStored_IsBadData()
    {
        var failure = await Assert.ThrowsAsync<StoreException>(() =>
            Store.Executions.CreateAsync(StoreSamples.Execution(user: "a\0b"), Token)
        );

        Assert.Equal(StoreFailure.BadData, failure.Failure);
        Assert.Null(await Store.Executions.GetAsync(StoreSamples.Key("f1"), Token));
    }

    public static TheoryData<ExecutionColumn, FilterFunction, object[], string> Filters =>
        new()
        {
            { ExecutionColumn.Name, FilterFunction.Eq, ["e2"], "e2" },
            { ExecutionColumn.Name, FilterFunction.Ne, ["e2"], "e1 e3 e4" },
            { ExecutionColumn.Name, FilterFunction.Gt, ["e2"], "e3 e4" },
            { ExecutionColumn.Name, FilterFunction.Gte, ["e2"], "e2 e3 e4" },
            { ExecutionColumn.Name, FilterFunction.Lt, ["e2"], "e1" },
            { ExecutionColumn.Name, FilterFunction.Lte, ["e2"], "e1 e2" },
            { ExecutionColumn.Name, FilterFunction.Contains, ["3"], "e3" },
            { ExecutionColumn.Name, FilterFunction.Contains, ["E"], "" },
            { ExecutionColumn.Name, FilterFunction.Contains, ["%"], "" },
            { ExecutionColumn.Name, FilterFunction.NotLike, ["%3"], "e1 e2 e4" },
            { ExecutionColumn.Name, FilterFunction.NotLike, ["E_"], "e1 e2 e3 e4" },
            { ExecutionColumn.Name, FilterFunction.NotLike, ["e_"], "" },
            { ExecutionColumn.Name, FilterFunction.NotLike, ["*"], "e1 e2 e3 e4" },
            { ExecutionColumn.Name, FilterFunction.NotLike, ["e\\_"], "e1 e2 e3 e4" },
            { ExecutionColumn.Name, FilterFunction.ValueIn, ["e1", "e4", "e9"], "e1 e4" },
            { ExecutionColumn.Name, FilterFunction.ValueNotIn, ["e1", "e4"], "e2 e3" },
            { ExecutionColumn.Phase, FilterFunction.Eq, ["FAILED"], "e3" },
            { ExecutionColumn.Phase, FilterFunction.Ne, ["QUEUED"], "e2 e3" },
            { ExecutionColumn.Phase, FilterFunction.ValueIn, ["RUNNING", "FAILED"], "e2 e3" },
            { ExecutionColumn.Phase, FilterFunction.Contains, ["UE"], "e1 e4" },
            { ExecutionColumn.CreatedAt, FilterFunction.Gte, [StoreSamples.Start.AddSeconds(3)], "e3 e4" },
            { ExecutionColumn.CreatedAt, FilterFunction.Lt, [StoreSamples.Start.AddSeconds(2)], "e1" },
            { ExecutionColumn.StartedAt, FilterFunction.Eq, [StoreSamples.Start.AddMinutes(3)], "e3" },
            { ExecutionColumn.UpdatedAt, FilterFunction.Gt, [StoreSamples.Start.AddMinutes(4)], "e3" },
            { ExecutionColumn.Duration, FilterFunction.Gt, [2_999_999L], "e3" },
            { ExecutionColumn.Duration, FilterFunction.Lt, [2_999_999L], "e2" },
            { ExecutionColumn.Cluster, FilterFunction.Eq, ["c3"], "e3" },
            { ExecutionColumn.User, FilterFunction.Eq, ["bob"], "e4" },
            { ExecutionColumn.Mode, FilterFunction.Eq, [2L], "e1 e2 e3 e4" },
            { ExecutionColumn.Mode, FilterFunction.ValueIn, [1L, 3L], "" },
            { ExecutionColumn.LaunchEntity, FilterFunction.Eq, ["launch_plan"], "e1 e2 e3 e4" },
            { ExecutionColumn.ErrorKind, FilterFunction.Eq, ["USER"], "e3" },
            { ExecutionColumn.ErrorCode, FilterFunction.Contains, ["code"], "e2 e3" },
            { ExecutionColumn.ErrorCode, FilterFunction.Ne, ["code2"], "e3" },
            { ExecutionColumn.AbortCause, FilterFunction.Eq, ["none"], "" },
            { ExecutionColumn.LaunchPlanName, FilterFunction.Eq, ["lp-name"], "e1 e2 e3 e4" },
            { ExecutionColumn.LaunchPlanVersion, FilterFunction.Ne, ["lp-1"], "" },
            { ExecutionColumn.WorkflowName, FilterFunction.Contains, ["wf"], "e1 e2 e3 e4" },
            { ExecutionColumn.WorkflowVersion, FilterFunction.Eq, ["wf-1"], "e1 e2 e3 e4" },
        };

    [Fact]
    public async Task List_EachFilter_SelectsWhatSqlWould()
    {
        await CreateFourAsync();

        foreach (var row in Filters)
        {
            var (column, function, values, expected) = row.Data;
            var names = await NamesAsync(Query() with { Filters = [new ExecutionFilter(column, function, values)], Descending = false });
            Assert.True(expected == string.Join(' ', names), $"{column} {function} {values[0]}: {string.Join(' ', names)}");
        }
        var both = await NamesAsync(
            Query() with
            {
                Filters =
                [
                    new ExecutionFilter(ExecutionColumn.ErrorCode, FilterFunction.Contains, ["code"]),
                    new ExecutionFilter(ExecutionColumn.Name, FilterFunction.Ne, ["e3"]),
                ],
            }
        );
        Assert.Equal(["e2"], both);
    }

    [Fact]
    public async Task List_Sorted_BreaksTiesByNumberAndPutsNothingFirst()
    {
        await CreateFourAsync();

        Assert.Equal(["e4", "e3", "e2", "e1"], await NamesAsync(Query()));
        Assert.Equal(["e4", "e3", "e2", "e1"], await NamesAsync(Query() with { SortBy = ExecutionColumn.Mode }));
        Assert.Equal(["e1", "e2", "e3", "e4"], await NamesAsync(Query() with { SortBy = ExecutionColumn.Mode, Descending = false }));
        Assert.Equal(["e3", "e2", "e4", "e1"], await NamesAsync(Query() with { SortBy = ExecutionColumn.Duration }));
        Assert.Equal(["e1", "e4", "e2", "e3"], await NamesAsync(Query() with { SortBy = ExecutionColumn.Duration, Descending = false }));
        Assert.Equal(["e3", "e1", "e4", "e2"], await NamesAsync(Query() with { SortBy = ExecutionColumn.Phase, Descending = false }));
    }

    [Fact]
    public async Task List_SortedByText_GoesByCodePoint()
    {
        foreach (var name in new[] { "b", "A", "a-b", "aa", "B", "_", "é" })
            await CreateAsync(StoreSamples.Execution(name));

        Assert.Equal(
            ["A", "B", "_", "a-b", "aa", "b", "é"],
            await NamesAsync(Query() with { SortBy = ExecutionColumn.Name, Descending = false })
        );
    }

    [Fact]
    public async Task List_InPages_IsCompleteAndWithoutRepeats()
    {
        for (var i = 0; i < 23; i++)
            await CreateAsync(StoreSamples.Execution($"p{i:00}", StoreSamples.Start.AddSeconds(i / 5)));
        await Store.Executions.CreateAsync(
            StoreSamples.Execution() with
            {
                Key = StoreSamples.Key("p01") with { Domain = "production" },
            },
            Token
        );

        var seen = new List<string>();
        while (await NamesAsync(Query() with { Limit = 5, Offset = seen.Count }) is { Length: > 0 } page)
            seen.AddRange(page);

        Assert.Equal(Enumerable.Range(0, 23).Reverse().Select(i => $"p{i:00}"), seen);
    }

    [Fact]
    public async Task ListAborting_IsOldestFirstBeforeTheMoment()
    {
        for (var i = 0; i < 4; i++)
        {
            var key = await CreateAsync(StoreSamples.Execution($"a{i}"));
            var at = StoreSamples.Start.AddSeconds(10 - i);
            var phase = i == 1 ? WorkflowPhase.Aborted : WorkflowPhase.Aborting;
            await ChangeAsync(key, (row, _) => (row.Phase, row.UpdatedAt) = (phase, at));
        }

        Assert.Equal(["a3", "a2", "a0"], await AbortingAsync(11, 10));
        Assert.Equal(["a3", "a2"], await AbortingAsync(10, 10));
        Assert.Equal(["a3"], await AbortingAsync(11, 1));
        Assert.Empty(await AbortingAsync(7, 10));
    }

    private static ExecutionQuery Query() =>
        new()
        {
            Project = "flytesnacks",
            Domain = "development",
            Limit = 100,
        };

    private async Task<string[]> NamesAsync(ExecutionQuery query) =>
        [.. (await Store.Executions.ListAsync(query, Token)).Select(execution => execution.Key.Name)];

    private async Task<string[]> AbortingAsync(int seconds, int limit) =>
        [.. (await Store.Executions.ListAbortingAsync(StoreSamples.Start.AddSeconds(seconds), limit, Token)).Select(key => key.Name)];

    // e1 and e4 as created; e2 is running, e3 failed.
    private async Task CreateFourAsync()
    {
        for (var i = 1; i <= 4; i++)
            await CreateAsync(StoreSamples.Execution($"e{i}", StoreSamples.Start.AddSeconds(i), i == 4 ? "bob" : "ann"));
        for (var i = 2; i <= 3; i++)
        {
            var n = i;
            await ChangeAsync(
                StoreSamples.Key($"e{i}"),
                (row, _) =>
                {
                    row.Phase = n == 3 ? WorkflowPhase.Failed : WorkflowPhase.Running;
                    row.Cluster = $"c{n}";
                    row.StartedAt = StoreSamples.Start.AddMinutes(n);
                    row.Duration = TimeSpan.FromSeconds(n);
                    row.UpdatedAt = StoreSamples.Start.AddMinutes(n + 2);
                    row.ErrorKind = n == 3 ? "USER" : "SYSTEM";
                    row.ErrorCode = $"code{n}";
                }
            );
        }
    }
}
