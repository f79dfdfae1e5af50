using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Tests.Core.Catalog;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Executions;

public sealed class ExecutionReaderTests
{
    [Fact]
    public async Task List_WithoutSort_IsNewestFirst_AndGoesOnWhereItStoppedThoughMoreAreCreated()
    {
        await using var fixture = await ThreeAsync();

        var first = await ListAsync(fixture, limit: 2);
        await fixture.LaunchAsync("d");
        var second = await ListAsync(fixture, limit: 2, token: first.Token);

        Assert.Equal("c,b", string.Join(",", Names(first)));
        Assert.Matches("^[0-9]+$", first.Token);
        Assert.Equal("a ", $"{string.Join(",", Names(second))} {second.Token}");
    }

    [Fact]
    public async Task List_FromAnOffset_SkipsSoMany()
    {
        await using var fixture = await ThreeAsync();

        Assert.Equal(["b"], Names(await ListAsync(fixture, limit: 1, token: "1")));
        var request = Request("", 2, "");
        request.SortBy = new Sort { Key = "execution_name", Direction = Sort.Types.Direction.Ascending };
        Assert.Equal("2", (await fixture.Reader.ListAsync(request, Token)).Token);
        request.Token = (await ListAsync(fixture, limit: 2)).Token;
        await FailsAsync(StatusCode.InvalidArgument, "belongs to a list in another order", () => fixture.Reader.ListAsync(request, Token));
    }

    [Fact]
    public async Task List_ByLabelOrTag_AsksForOneAndTheSame()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        await fixture.LaunchAsync("a", r => r.Spec.Labels = new Labels { Values = { ["team"] = "ml", ["tier"] = "gold" } });
        await fixture.LaunchAsync("b", r => r.Spec.Tags.Add("nightly"));

        Assert.Equal(["a"], Names(await ListAsync(fixture, "eq(execution_tag.key,team)+eq(execution_tag.value,ml)")));
        Assert.Empty(Names(await ListAsync(fixture, "eq(execution_tag.key,team)+eq(execution_tag.value,gold)")));
        Assert.Equal(["b"], Names(await ListAsync(fixture, "eq(admin_tag.name,nightly)")));
        Assert.Empty(Names(await ListAsync(fixture, "eq(admin_tag.name,team)")));
    }

    [Theory]
    [InlineData("eq(execution_name,b)", "b")]
    [InlineData("eq(execution.execution_name,b)", "b")]
    [InlineData("eq(name, b)", "b")]
    [InlineData("value_in(execution_name,a;c)", "c,a")]
    [InlineData("value_not_in(execution_name,a;c)", "b")]
    [InlineData("ne(execution_name,a)+contains(launch_plan.name,l)", "c,b")]
    [InlineData("eq(launch_plan.name,other)", "")]
    [InlineData("eq(workflow.name,wf)+eq(workflow.version,v1)", "c,b,a")]
    [InlineData("eq(phase,UNDEFINED)", "c,b,a")]
    [InlineData("eq(phase,FAILED)", "")]
    [InlineData("eq(mode,0)+eq(user,ada)", "c,b,a")]
    [InlineData("eq(mode,SCHEDULED)", "")]
    [InlineData("gte(execution_created_at,2026-01-02T03:05:05Z)", "c,b")]
    [InlineData("lt(created_at,2026-01-02T03:05:05+00:00)+eq(launch_entity,launch_plan)", "a")]
    [InlineData("gt(duration,10)", "")]
    [InlineData("eq(task.name,t)", "")]
    [InlineData("eq(state,0)", "c,b,a")]
    [InlineData("eq(state,EXECUTION_ARCHIVED)", "")]
    public async Task List_Filtered_AnswersWhatHolds(string filters, string names)
    {
        await using var fixture = await ThreeAsync();

        Assert.Equal(names, string.Join(",", Names(await ListAsync(fixture, filters))));
    }

    [Theory]
    [InlineData("eq(color,red)", "'color' is an invalid field of executions")]
    [InlineData("like(phase,FAILED)", "unrecognized filter function: like")]
    [InlineData("phase=FAILED", "invalid value for filters")]
    [InlineData("eq(phase,A;B)", "takes one value")]
    [InlineData("eq(started_at,yesterday)", "must conform to RFC 3339")]
    [InlineData("gt(duration,long)", "failed to parse duration [long]")]
    [InlineData("eq(mode,FAST)", "invalid value for mode")]
    public async Task List_WrongFilter_IsInvalidArgument(string filters, string message)
    {
        await using var fixture = await CreateAsync();

        await FailsAsync(StatusCode.InvalidArgument, message, () => ListAsync(fixture, filters));
    }

    public static TheoryData<string, Action<ResourceListRequest>> Refusals =>
        new()
        {
            { "missing id", r => r.Id = null },
            { "missing id.project", r => r.Id.Project = "" },
            { "missing id.domain", r => r.Id.Domain = "" },
            { "invalid value for limit", r => r.Limit = 0 },
            { "invalid pagination token x", r => r.Token = "x" },
            { "invalid pagination token -1", r => r.Token = "-1" },
            { "'color' is an invalid field", r => r.SortBy = new Sort { Key = "color" } },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task List_WrongRequest_IsInvalidArgument(string message, Action<ResourceListRequest> bend)
    {
        await using var fixture = await CreateAsync();
        var request = Request("", 10, "");
        bend(request);

        await FailsAsync(StatusCode.InvalidArgument, message, () => fixture.Reader.ListAsync(request, Token));
    }

    [Fact]
    public async Task List_Sorted_FollowsTheDirection()
    {
        await using var fixture = await ThreeAsync();
        var request = Request("", 10, "");
        request.SortBy = new Sort { Key = "execution_name", Direction = Sort.Types.Direction.Ascending };

        Assert.Equal(["a", "b", "c"], Names(await fixture.Reader.ListAsync(request, Token)));
    }

    [Fact]
    public async Task LongError_IsCutInLists_AndWholeWhenRead()
    {
        await using var fixture = await CreateAsync();
        var message = new string('e', 99) + "😀 and more";
        var closure = new ExecutionClosure { Error = new ExecutionError { Message = message } };
        var key = new ExecutionKey(CatalogFixture.Project, CatalogFixture.Domain, "failed");
        await fixture.Store.Executions.CreateAsync(
            new NewExecution
            {
                Key = key,
                Spec = new ExecutionSpec().ToByteArray(),
                Inputs = [],
                Closure = closure.ToByteArray(),
                CreatedAt = fixture.Time.GetUtcNow(),
                LaunchPlan = new("p", "d", "lp", "v"),
                LaunchEntity = "launch_plan",
                Workflow = new("p", "d", "wf", "v"),
                User = "",
                Mode = 0,
                Source = NotificationSource.None,
            },
            Token
        );

        Assert.Equal(new string('e', 99), (await ListAsync(fixture)).Executions[0].Closure.Error.Message);
        var read = await fixture.Reader.GetAsync(new WorkflowExecutionGetRequest { Id = key.ToIdentifier() }, Token);
        Assert.Equal(message, read.Closure.Error.Message);
    }

    [Fact]
    public async Task Unknown_IsNotFound()
    {
        await using var fixture = await CreateAsync();
        var execution = new ExecutionKey(CatalogFixture.Project, CatalogFixture.Domain, "no").ToIdentifier();
        var node = new NodeExecutionIdentifier { ExecutionId = execution, NodeId = "n0" };
        var task = new TaskExecutionIdentifier { NodeExecutionId = node, TaskId = Samples.Id(ResourceType.Unspecified, "t") };

        await FailsAsync(
            StatusCode.NotFound,
            "missing entity of type execution with identifier flytesnacks/development/no",
            () => fixture.Reader.GetAsync(new WorkflowExecutionGetRequest { Id = execution }, Token)
        );
        await FailsAsync(
            StatusCode.NotFound,
            "missing entity of type node execution",
            () => fixture.Reader.GetNodeAsync(new NodeExecutionGetRequest { Id = node }, Token)
        );
        await FailsAsync(
            StatusCode.NotFound,
            "missing entity of type task execution",
            () => fixture.Reader.GetTaskAsync(new TaskExecutionGetRequest { Id = task }, Token)
        );
        await FailsAsync(StatusCode.InvalidArgument, "missing id", () => fixture.Reader.GetTaskAsync(new TaskExecutionGetRequest(), Token));
    }

    private static async Task<CatalogFixture> ThreeAsync()
    {
        var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await fixture.LaunchAsync(name, principal: "ada");
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }
        return fixture;
    }

    private static ResourceListRequest Request(string filters, uint limit, string token) =>
        new()
        {
            Id = new NamedEntityIdentifier { Project = CatalogFixture.Project, Domain = CatalogFixture.Domain },
            Filters = filters,
            Limit = limit,
            Token = token,
        };

    private static Task<ExecutionList> ListAsync(CatalogFixture fixture, string filters = "", uint limit = 10, string token = "") =>
        fixture.Reader.ListAsync(Request(filters, limit, token), Token);

    private static string[] Names(ExecutionList list) => [.. list.Executions.Select(e => e.Id.Name)];
}
