using Flyteidl.Admin;
using Transponder.Core.Egress;
using Transponder.Core.Events;
using Transponder.Core.Executions;
using Transponder.Tests.Core.Catalog;
using Transponder.Tests.Core.Egress.Formats;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Egress;

public sealed class EventFilterTests
{
    private static readonly ExecutionKey A = new(CatalogFixture.Project, CatalogFixture.Domain, "a");
    private static readonly ExecutionKey B = new(CatalogFixture.Project, CatalogFixture.Domain, "b");
    private static readonly EventFilter All = new() { Kinds = EventFilter.Upstream };

    [Theory]
    [InlineData("task", "Task")]
    [InlineData("Node,WORKFLOW", "Node Workflow")]
    [InlineData("all", "Node Task Workflow")]
    [InlineData("*", "Node Task Workflow")]
    [InlineData("", "")]
    public void EventTypes_Words_AreKinds(string words, string expected)
    {
        var (kinds, problem) = EventTypes.Parse(words.Split(',', StringSplitOptions.RemoveEmptyEntries));

        Assert.Null(problem);
        Assert.Equal(expected, string.Join(' ', kinds.Select(kind => kind.ToString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void EventTypes_UnknownWord_IsNamed() =>
        Assert.Contains("\"tasks\"", EventTypes.Parse(["node", "tasks"]).Problem, StringComparison.Ordinal);

    [Fact]
    public void Event_MatchesByKindPlaceAndPhase()
    {
        var logged = EgressSamples.TaskOf(A, TaskPhase.WaitingForResources);

        Assert.True(All.Matches(logged));
        Assert.False((All with { Kinds = new HashSet<EventKind> { EventKind.Node } }).Matches(logged));
        Assert.True((All with { Projects = Set(A.Project), Domains = Set(A.Domain) }).Matches(logged));
        Assert.False((All with { Projects = Set("other") }).Matches(logged));
        Assert.False((All with { Domains = Set("production") }).Matches(logged));
        Assert.True((All with { Phases = Set("FAILED", "WAITING_FOR_RESOURCES") }).Matches(logged));
        Assert.False((All with { Phases = Set("RUNNING") }).Matches(logged));
    }

    [Fact]
    public async Task Execution_MatchesByWhatItWasStartedFrom()
    {
        await using var fixture = await TwoAsync();
        LoggedEvent[] events =
        [
            EgressSamples.Workflow(A, WorkflowPhase.Running),
            EgressSamples.Workflow(B, WorkflowPhase.Running),
            EgressSamples.Workflow(A, WorkflowPhase.Succeeded, 2),
            EgressSamples.Workflow(B with { Name = "gone" }, WorkflowPhase.Running),
        ];
        var facts = new ExecutionFactsCache(fixture.Store.Executions);

        Assert.Equal("a b a gone", await NamesAsync(All));
        Assert.Equal("a b a", await NamesAsync(All with { Workflows = Set("wf") }));
        Assert.Equal("", await NamesAsync(All with { Workflows = Set("other") }));
        Assert.Equal("a b a", await NamesAsync(All with { LaunchPlans = Set("lp", "other") }));
        Assert.Equal("a a", await NamesAsync(All with { Labels = Labels(("team", "ml")) }));
        Assert.Equal("", await NamesAsync(All with { Labels = Labels(("team", "ml"), ("tier", "gold")) }));
        Assert.Equal("a", await NamesAsync(All with { Labels = Labels(("team", "ml")), Phases = Set("SUCCEEDED") }));

        async Task<string> NamesAsync(EventFilter filter) =>
            string.Join(' ', (await filter.SelectAsync(events, facts, CatalogFixture.Token)).Select(logged => logged.Execution.Name));
    }

    private static async Task<CatalogFixture> TwoAsync()
    {
        var fixture = await (await CatalogFixture.CreateAsync()).WithLaunchPlanAsync();
        await fixture.LaunchAsync("a", request => request.Spec.Labels = new Labels { Values = { ["team"] = "ml" } });
        await fixture.LaunchAsync("b");
        return fixture;
    }

    private static HashSet<string> Set(params string[] names) => [.. names];

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(label => label.Key, label => label.Value);
}
