using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf.WellKnownTypes;
using Transponder.Protocol;
using Xunit;
using static Transponder.Tests.Core.Catalog.CatalogFixture;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

public sealed class LaunchPlanRegistryTests
{
    [Fact]
    public async Task NewLaunchPlan_Read_IsInactiveWithExpectedInputsAndOutputs()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(openInput: true);

        var read = await GetAsync(fixture, "v1");

        Assert.Equal(LaunchPlanState.Inactive, read.Closure.State);
        Assert.True(read.Closure.ExpectedInputs.Parameters["x"].Required);
        Assert.Equal(["y"], read.Closure.ExpectedOutputs.Variables.Keys);
        Assert.Equal(fixture.Time.GetUtcNow().ToTimestamp(), read.Closure.CreatedAt);
        Assert.Equal(read.Closure.CreatedAt, read.Closure.UpdatedAt);
        Assert.Equal(read.Closure.ExpectedInputs, read.Spec.DefaultInputs);
    }

    [Fact]
    public async Task FixedInput_IsNotExpectedAnyMore()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();

        Assert.Empty((await GetAsync(fixture, "v1")).Closure.ExpectedInputs.Parameters);
    }

    [Fact]
    public async Task Activation_OfAnotherVersion_DeactivatesTheFirst()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        await fixture.LaunchPlans.CreateAsync(Samples.LaunchPlan("lp", "wf", "v2"), "", Token);
        await FailsAsync(StatusCode.NotFound, "no active launch plan could be found", () => ActiveAsync(fixture));

        await SetAsync(fixture, "v1", LaunchPlanState.Active);
        Assert.Equal("v1", (await ActiveAsync(fixture)).Id.Version);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await SetAsync(fixture, "v2", LaunchPlanState.Active);

        Assert.Equal("v2", (await ActiveAsync(fixture)).Id.Version);
        Assert.Equal(LaunchPlanState.Inactive, (await GetAsync(fixture, "v1")).Closure.State);
        Assert.Equal(fixture.Time.GetUtcNow().ToTimestamp(), (await GetAsync(fixture, "v2")).Closure.UpdatedAt);

        await SetAsync(fixture, "v2", LaunchPlanState.Inactive);
        await FailsAsync(StatusCode.NotFound, "no active launch plan could be found", () => ActiveAsync(fixture));
        await FailsAsync(StatusCode.NotFound, "missing entity of type launch plan", () => SetAsync(fixture, "v9", LaunchPlanState.Active));
    }

    [Fact]
    public async Task SameAgain_AlreadyExists_AndAnotherOne_SaysWhatDiffers()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync(s => s.MaxParallelism = 3, openInput: true);
        var request = Samples.LaunchPlan("lp", "wf");
        request.Spec.MaxParallelism = 3;

        await FailsAsync(StatusCode.AlreadyExists, "identical structure", () => fixture.LaunchPlans.CreateAsync(request, "", Token));
        request.Spec.MaxParallelism = 4;
        await FailsAsync(
            StatusCode.InvalidArgument,
            "max_parallelism: 4 now, 3 registered",
            () => fixture.LaunchPlans.CreateAsync(request, "", Token)
        );
    }

    [Fact]
    public async Task GetWithoutResourceType_AsRestSendsIt_Works()
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        var id = Samples.Id(ResourceType.Unspecified, "lp");

        Assert.Equal("lp", (await fixture.LaunchPlans.GetAsync(new ObjectGetRequest { Id = id }, Token)).Id.Name);
        id.ResourceType = ResourceType.Task;
        await FailsAsync(
            StatusCode.InvalidArgument,
            "unexpected resource type task",
            () => fixture.LaunchPlans.GetAsync(new ObjectGetRequest { Id = id }, Token)
        );
    }

    public static TheoryData<StatusCode, string, Action<LaunchPlanCreateRequest>> Refusals =>
        new()
        {
            { StatusCode.InvalidArgument, "missing spec.workflow_id", r => r.Spec = null },
            { StatusCode.InvalidArgument, "missing spec.workflow_id", r => r.Spec.WorkflowId = null },
            { StatusCode.InvalidArgument, "unexpected resource type task", r => r.Spec.WorkflowId.ResourceType = ResourceType.Task },
            { StatusCode.NotFound, "missing entity of type workflow with identifier flytesnacks/development/no/v1", NoWorkflowAndNoId },
            { StatusCode.InvalidArgument, "missing id", r => r.Id = null },
            { StatusCode.InvalidArgument, "expected launch_plan instead", r => r.Id.ResourceType = ResourceType.Workflow },
            { StatusCode.InvalidArgument, "missing id.project", r => r.Id.Project = "" },
            { StatusCode.InvalidArgument, "missing id.domain", r => r.Id.Domain = "" },
            { StatusCode.InvalidArgument, "missing id.name", r => r.Id.Name = "" },
            { StatusCode.InvalidArgument, "missing id.version", r => r.Id.Version = "" },
            { StatusCode.InvalidArgument, "id.name has 257 characters", r => r.Id.Name = new string('n', 257) },
            { StatusCode.InvalidArgument, "id.name contains a NUL", r => r.Id.Name = "a\0b" },
            { StatusCode.InvalidArgument, "project [nobody] is not registered", r => r.Id.Project = "nobody" },
            { StatusCode.InvalidArgument, "domain [moon] is unrecognized", r => r.Id.Domain = "moon" },
            { StatusCode.InvalidArgument, "spec.labels has 17 entries", TooManyLabels },
            { StatusCode.InvalidArgument, "invalid label key [a b]", r => Label(r, "a b", "v") },
            { StatusCode.InvalidArgument, "invalid label value [-]", r => Label(r, "a", "-") },
            {
                StatusCode.InvalidArgument,
                "unexpected fixed_input q",
                r => r.Spec.FixedInputs = Samples.Literals(("q", Samples.Integer(1)))
            },
            {
                StatusCode.InvalidArgument,
                "invalid fixed_input wrong type x",
                r => r.Spec.FixedInputs = Samples.Literals(("x", Samples.Text("1")))
            },
            { StatusCode.InvalidArgument, "missing valid literal", r => r.Spec.FixedInputs = Samples.Literals(("x", new Literal())) },
            { StatusCode.InvalidArgument, "unexpected default_input q", r => Default(r, "q", Samples.Default(Samples.Integer(1))) },
            { StatusCode.InvalidArgument, "invalid default_input wrong type x", r => Default(r, "x", Samples.Default(Samples.Text("1"))) },
            { StatusCode.InvalidArgument, "has no variable type", r => Default(r, "x", new Parameter { Required = true }) },
            {
                StatusCode.InvalidArgument,
                "neither a default nor is it required",
                r => Default(r, "x", new Parameter { Var = Variable() })
            },
            { StatusCode.InvalidArgument, "invalid cron expression \"61 * * * *\": minute \"61\"", r => Cron(r, "61 * * * *") },
            { StatusCode.InvalidArgument, "expected exactly 5 fields, found 2", r => Cron(r, "* *") },
            { StatusCode.InvalidArgument, "[x] has neither value nor default", r => Cron(r, "0 * * * *") },
            { StatusCode.InvalidArgument, "[x] is INTEGER, not DATETIME", r => Cron(r, "0 * * * *", "x") },
            { StatusCode.InvalidArgument, "launch_conditions must be empty", r => r.Spec.EntityMetadata.LaunchConditions = new Any() },
            {
                StatusCode.InvalidArgument,
                "missing recipients",
                r => r.Spec.EntityMetadata.Notifications.Add(Samples.Email(WorkflowPhase.Failed))
            },
            {
                StatusCode.InvalidArgument,
                "spec.entity_metadata.notifications[0].email.recipients_email[1]: \"x@\" is not an e-mail address",
                r => r.Spec.EntityMetadata.Notifications.Add(Samples.Email(WorkflowPhase.Failed, "a@example.com", "x@"))
            },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task WrongLaunchPlan_Created_IsRefused(StatusCode code, string message, Action<LaunchPlanCreateRequest> bend)
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        var request = Samples.LaunchPlan("other", "wf");
        bend(request);

        await FailsAsync(code, message, () => fixture.LaunchPlans.CreateAsync(request, "", Token));
    }

    [Theory]
    [InlineData("0 0 * * *")]
    [InlineData("*/15 1-5,7 1 jan-mar MON")]
    [InlineData("@hourly")]
    [InlineData("daily")]
    [InlineData("@every 1h30m")]
    [InlineData("CRON_TZ=Europe/Rome 0 6 * * ?")]
    public async Task Cron_ThatCanBeRead_IsAccepted(string cron)
    {
        await using var fixture = await (await CreateAsync()).WithLaunchPlanAsync();
        var request = Samples.LaunchPlan("scheduled", "wf");
        request.Spec.FixedInputs = Samples.Literals(("x", Samples.Integer(1)));
        Cron(request, cron);

        Assert.NotNull(await fixture.LaunchPlans.CreateAsync(request, "", Token));
    }

    private static void NoWorkflowAndNoId(LaunchPlanCreateRequest request)
    {
        request.Spec.WorkflowId.Name = "no";
        request.Id = null;
    }

    private static void TooManyLabels(LaunchPlanCreateRequest request)
    {
        for (var i = 0; i < 17; i++)
            Label(request, $"k{i}", "v");
    }

    private static void Label(LaunchPlanCreateRequest request, string key, string value) =>
        (request.Spec.Labels ??= new Labels()).Values[key] = value;

    private static void Default(LaunchPlanCreateRequest request, string name, Parameter parameter) =>
        request.Spec.DefaultInputs = new ParameterMap { Parameters = { [name] = parameter } };

    private static Variable Variable() => new() { Type = Samples.IntegerType };

    private static void Cron(LaunchPlanCreateRequest request, string cron, string kickoff = "") =>
        request.Spec.EntityMetadata.Schedule = new Schedule
        {
            CronSchedule = new CronSchedule { Schedule = cron },
            KickoffTimeInputArg = kickoff,
        };

    private static Task<LaunchPlan> GetAsync(CatalogFixture fixture, string version) =>
        fixture.LaunchPlans.GetAsync(new ObjectGetRequest { Id = Samples.Id(ResourceType.LaunchPlan, "lp", version) }, Token);

    private static Task<LaunchPlan> ActiveAsync(CatalogFixture fixture) =>
        fixture.LaunchPlans.GetActiveAsync(
            new ActiveLaunchPlanRequest
            {
                Id = new NamedEntityIdentifier
                {
                    Project = CatalogFixture.Project,
                    Domain = CatalogFixture.Domain,
                    Name = "lp",
                },
            },
            Token
        );

    private static Task<LaunchPlanUpdateResponse> SetAsync(CatalogFixture fixture, string version, LaunchPlanState state) =>
        fixture.LaunchPlans.UpdateAsync(
            new LaunchPlanUpdateRequest { Id = Samples.Id(ResourceType.LaunchPlan, "lp", version), State = state },
            "",
            Token
        );
}
