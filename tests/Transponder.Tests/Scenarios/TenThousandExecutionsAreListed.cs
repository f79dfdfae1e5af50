using Flyteidl.Admin;
using Transponder.Client;
using Transponder.Tests.Rig;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>Pages over 10,000 executions hold each of them once, though many were created in the same moment and more are created meanwhile.</summary>
[Trait("needs", "servers")]
public sealed class TenThousandExecutionsAreListed(PostgresCluster cluster)
{
    private const int Count = 10_000;
    private const int InFlight = 128;

    [Fact]
    public async Task OverSqlite() => await RunAsync(null);

    [Fact]
    public async Task OverPostgres() => await RunAsync(await cluster.CreateDatabaseAsync());

    private static async Task RunAsync(string? postgres)
    {
        await using var server = await ScenarioServer.StartAsync("", postgres);
        var admin = server.Client.Admin;
        await Platform.RegisterAsync(admin);
        await CreateAsync(admin, "e", Count);
        var created = Enumerable.Range(0, Count).Select(i => $"e{i}").ToHashSet();

        using var meanwhile = new CancellationTokenSource();
        var more = CreateMoreAsync(admin, meanwhile.Token);
        var newestFirst = await ListAsync(admin, Request());
        await meanwhile.CancelAsync();
        var late = await more;

        AssertEachOnce(newestFirst);
        Assert.True(created.IsSubsetOf(newestFirst), "some were missed");
        Assert.True(late > 0, "nothing was created meanwhile");

        var byName = await ListAsync(admin, Request("contains(execution_name,e)", "execution_name", Sort.Types.Direction.Ascending, 2_500));
        AssertEachOnce(byName);
        Assert.Equal(created.Order(StringComparer.Ordinal), byName);

        // No column to sort by tells them apart: the tie-break alone does.
        var byMode = await ListAsync(
            admin,
            Request("contains(execution_name,e)+eq(phase,UNDEFINED)", "mode", Sort.Types.Direction.Descending, 2_500)
        );
        AssertEachOnce(byMode);
        Assert.Equal(Count, byMode.Count);
        Assert.Equal(11, (await ListAsync(admin, Request("contains(execution_name,e999)+eq(launch_plan.name,nightly)", limit: 4))).Count);
    }

    private static void AssertEachOnce(List<string> names) => Assert.Equal(names.Count, names.Distinct().Count());

    private static Task CreateAsync(AdminClient admin, string prefix, int count) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = ScenarioServer.Token },
            async (i, _) => await Platform.CreateAsync(admin, $"{prefix}{i}")
        );

    private static async Task<int> CreateMoreAsync(AdminClient admin, CancellationToken stop)
    {
        var count = 0;
        do
        {
            await CreateAsync(admin, $"n{count}-", 4);
            count += 4;
        } while (!stop.IsCancellationRequested);
        return count;
    }

    private static async Task<List<string>> ListAsync(AdminClient admin, ResourceListRequest request)
    {
        var names = new List<string>();
        do
        {
            var page = await admin.ListExecutionsAsync(request, ScenarioServer.Token);
            names.AddRange(page.Executions.Select(execution => execution.Id.Name));
            request.Token = page.Token;
        } while (request.Token.Length > 0);
        return names;
    }

    private static ResourceListRequest Request(
        string filters = "",
        string sort = "",
        Sort.Types.Direction direction = Sort.Types.Direction.Descending,
        uint limit = 500
    ) =>
        new()
        {
            Id = new NamedEntityIdentifier { Project = Platform.Project, Domain = Platform.Domain },
            Limit = limit,
            Filters = filters,
            SortBy = new Sort { Key = sort, Direction = direction },
        };
}
