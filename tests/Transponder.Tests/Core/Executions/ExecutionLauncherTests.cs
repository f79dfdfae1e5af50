using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.Core.Executions;
using Transponder.Protocol;
using Transponder.Tests.Core.Catalog;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Executions;

public sealed class ExecutionLauncherTests
{
    [Fact]
    public async Task NewExecution_Read_IsUndefinedAndWhole()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(s => s.Labels = Labelled("team", "ml"));

        var response = await fixture.LaunchAsync("e1", principal: "ada");

        Assert.Equal("e1", response.Id.Name);
        var read = await ReadAsync(fixture, "e1");
        var now = fixture.Time.GetUtcNow().ToTimestamp();
        Assert.Equal(response.Id, read.Id);
        Assert.Equal(WorkflowPhase.Undefined, read.Closure.Phase);
        Assert.Equal(Samples.Id(ResourceType.Workflow, "wf"), read.Closure.WorkflowId);
        Assert.Equal((now, now), (read.Closure.CreatedAt, read.Closure.UpdatedAt));
        Assert.Equal(("ada", now), (read.Closure.StateChangeDetails.Principal, read.Closure.StateChangeDetails.OccurredAt));
        Assert.Equal("ada", read.Spec.Metadata.Principal);
        Assert.Equal("flytesnacks-development", read.Spec.Metadata.SystemMetadata.Namespace);
        Assert.Equal("ml", read.Spec.Labels.Values["team"]);
        Assert.Equal(Samples.Id(ResourceType.LaunchPlan, "lp"), read.Spec.LaunchPlan);
        var stored = await fixture.Store.Executions.GetAsync(ExecutionKey.From(read.Id), Token);
        Assert.Equal(1, LiteralMap.Parser.ParseFrom(stored!.Inputs).Literals["x"].Scalar.Primitive.Integer);
    }

    [Fact]
    public async Task NoName_GetsOneThatIsGenerated()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();

        var first = (await fixture.LaunchAsync("")).Id.Name;
        var second = (await fixture.LaunchAsync("")).Id.Name;

        Assert.Matches("^a[a-z0-9]{19}$", first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task SameName_AlreadyExists()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        await fixture.LaunchAsync("e1");

        await FailsAsync(StatusCode.AlreadyExists, "execution flytesnacks/development/e1 already exists", () => fixture.LaunchAsync("e1"));
    }

    [Fact]
    public async Task SingleTask_RunsInAWorkflowMadeForIt()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        void Alone(ExecutionCreateRequest r)
        {
            r.Spec.LaunchPlan = Samples.Id(ResourceType.Task, "t");
            r.Inputs = Samples.Literals(("x", Samples.Integer(5)));
        }

        await fixture.LaunchAsync("e1", Alone);
        await fixture.LaunchAsync("e2", Alone);

        var read = await ReadAsync(fixture, "e2");
        Assert.Equal(".flytegen.t", read.Closure.WorkflowId.Name);
        var workflow = await fixture.Workflows.GetAsync(new ObjectGetRequest { Id = read.Closure.WorkflowId }, Token);
        Assert.Equal(["start-node", "end-node", "t"], workflow.Closure.CompiledWorkflow.Primary.Template.Nodes.Select(n => n.Id));
        await FailsAsync(
            StatusCode.InvalidArgument,
            "expected_inputs x missing",
            () => fixture.LaunchAsync("e3", r => r.Spec.LaunchPlan = Samples.Id(ResourceType.Task, "t"))
        );
    }

    [Theory]
    [InlineData("own", true, NotificationSource.Execution, "own@example.com")]
    [InlineData("own", false, NotificationSource.Execution, "own@example.com")]
    [InlineData("empty", true, NotificationSource.LaunchPlan, "plan@example.com")]
    [InlineData("disabled", true, NotificationSource.Disabled, null)]
    [InlineData("enabled", true, NotificationSource.LaunchPlan, "plan@example.com")]
    [InlineData("nothing", true, NotificationSource.LaunchPlan, "plan@example.com")]
    [InlineData("nothing", false, NotificationSource.None, null)]
    public async Task Notifications_AreResolvedAndFrozen(string request, bool planned, NotificationSource source, string? recipient)
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(s =>
        {
            if (planned)
                s.EntityMetadata.Notifications.Add(Samples.Email(WorkflowPhase.Failed, "plan@example.com"));
        });

        await fixture.LaunchAsync("e1", r => Override(r.Spec, request));

        var read = await ReadAsync(fixture, "e1");
        Assert.Equal(recipient is null ? [] : [recipient], read.Closure.Notifications.SelectMany(n => n.Email.RecipientsEmail));
        Assert.Equal(source, (await fixture.Store.Executions.GetAsync(ExecutionKey.From(read.Id), Token))!.Source);
    }

    [Fact]
    public async Task Defaults_AreMergedWithOwnInputs()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(
            s => s.DefaultInputs = new ParameterMap { Parameters = { ["x"] = Samples.Default(Samples.Integer(7)) } },
            openInput: true
        );

        await fixture.LaunchAsync("e1");
        await fixture.LaunchAsync("e2", r => r.Inputs = Samples.Literals(("x", Samples.Integer(8))));

        Assert.Equal((7, 8), (await InputAsync(fixture, "e1"), await InputAsync(fixture, "e2")));
    }

    public static TheoryData<StatusCode, string, Action<ExecutionCreateRequest>> Refusals =>
        new()
        {
            { StatusCode.InvalidArgument, "missing project", r => r.Project = "" },
            { StatusCode.InvalidArgument, "missing domain", r => r.Domain = "" },
            { StatusCode.InvalidArgument, "invalid name format: 1abc", r => r.Name = "1abc" },
            { StatusCode.InvalidArgument, "invalid name format: a_b", r => r.Name = "a_b" },
            { StatusCode.InvalidArgument, "invalid name format: Abc", r => r.Name = "Abc" },
            { StatusCode.InvalidArgument, "exceeded length 63", r => r.Name = new string('a', 64) },
            { StatusCode.InvalidArgument, "project [nobody] is not registered", r => r.Project = "nobody" },
            { StatusCode.InvalidArgument, "domain [moon] is unrecognized", r => r.Domain = "moon" },
            { StatusCode.InvalidArgument, "missing spec", r => r.Spec = null },
            { StatusCode.InvalidArgument, "missing spec.launch_plan", r => r.Spec.LaunchPlan = null },
            { StatusCode.InvalidArgument, "missing spec.launch_plan.version", r => r.Spec.LaunchPlan.Version = "" },
            {
                StatusCode.InvalidArgument,
                "only LAUNCH_PLAN and TASK are allowed",
                r => r.Spec.LaunchPlan.ResourceType = ResourceType.Workflow
            },
            { StatusCode.InvalidArgument, "invalid label key", r => r.Spec.Labels = Labelled("a b", "v") },
            { StatusCode.InvalidArgument, "missing valid literal", r => r.Inputs = Samples.Literals(("x", new Literal())) },
            {
                StatusCode.InvalidArgument,
                "spec.notifications[0].email.recipients_email[0]: \"x@\" is not an e-mail address",
                r => r.Spec.Notifications = new NotificationList { Notifications = { Samples.Email(WorkflowPhase.Failed, "x@") } }
            },
            { StatusCode.NotFound, "missing entity of type launch plan", r => r.Spec.LaunchPlan.Name = "no" },
            { StatusCode.NotFound, "missing entity of type task", r => r.Spec.LaunchPlan = Samples.Id(ResourceType.Task, "no") },
            { StatusCode.InvalidArgument, "expected_inputs x missing", r => r.Inputs = null },
            { StatusCode.InvalidArgument, "invalid input q", r => r.Inputs.Literals["q"] = Samples.Integer(1) },
            { StatusCode.InvalidArgument, "invalid input wrong type x", r => r.Inputs.Literals["x"] = Samples.Text("1") },
            {
                StatusCode.NotFound,
                "missing entity of type node execution",
                r =>
                    r.Spec.Metadata = new ExecutionMetadata
                    {
                        ParentNodeExecution = new NodeExecutionIdentifier
                        {
                            NodeId = "n0",
                            ExecutionId = new WorkflowExecutionIdentifier
                            {
                                Project = "p",
                                Domain = "d",
                                Name = "e",
                            },
                        },
                    }
            },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task WrongExecution_Created_IsRefused(StatusCode code, string message, Action<ExecutionCreateRequest> bend)
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(openInput: true);

        await FailsAsync(
            code,
            message,
            () =>
                fixture.LaunchAsync(
                    "e1",
                    r =>
                    {
                        r.Inputs = Samples.Literals(("x", Samples.Integer(1)));
                        bend(r);
                    }
                )
        );
    }

    [Fact]
    public async Task FixedInput_CannotBeOverridden()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();

        await FailsAsync(
            StatusCode.InvalidArgument,
            "invalid input x: the launch plan fixes it",
            () => fixture.LaunchAsync("e1", r => r.Inputs = Samples.Literals(("x", Samples.Integer(2))))
        );
    }

    private static void Override(ExecutionSpec spec, string how)
    {
        switch (how)
        {
            case "own":
                spec.Notifications = new NotificationList { Notifications = { Samples.Email(WorkflowPhase.Failed, "own@example.com") } };
                break;
            case "empty":
                spec.Notifications = new NotificationList();
                break;
            case "disabled":
                spec.DisableAll = true;
                break;
            case "enabled":
                spec.DisableAll = false;
                break;
            default:
                break;
        }
    }

    private static Labels Labelled(string key, string value) => new() { Values = { [key] = value } };

    private static Task<Execution> ReadAsync(CatalogFixture fixture, string name) =>
        fixture.Reader.GetAsync(
            new WorkflowExecutionGetRequest { Id = new ExecutionKey(CatalogFixture.Project, CatalogFixture.Domain, name).ToIdentifier() },
            Token
        );

    private static async Task<long> InputAsync(CatalogFixture fixture, string name)
    {
        var stored = await fixture.Store.Executions.GetAsync(new ExecutionKey(CatalogFixture.Project, CatalogFixture.Domain, name), Token);
        return LiteralMap.Parser.ParseFrom(stored!.Inputs).Literals["x"].Scalar.Primitive.Integer;
    }
}
