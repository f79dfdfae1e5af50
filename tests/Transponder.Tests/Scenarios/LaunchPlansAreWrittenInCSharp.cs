using System.Text.Json;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Client;
using Transponder.Client.Executions;
using Transponder.Client.LaunchPlans;
using Transponder.Client.Values;
using Transponder.Protocol;
using Transponder.Tests.Notifiers.Channels.Email;
using Transponder.Tests.Rig;
using Xunit;
using ExecutionError = Transponder.Client.Executions.ExecutionError;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>The launch plan of Flyte's own page on notifications, written in C#: what is stored, what runs, and what arrives.</summary>
[Trait("needs", "servers")]
public sealed class LaunchPlansAreWrittenInCSharp
{
    private const string Name = "my_notifying_lp";

    private enum Mode
    {
        Fast,
        Exact,
    }

    [Fact]
    public async Task TheExampleRunsAndItsMailArrives()
    {
        await using var mail = await AiosmtpdServer.StartAsync();
        await using var server = await ServerProcess.StartAsync(ScenarioConfig.Mail(mail.Port));
        using var flyte = server.Connect();
        var workflow = await PlannedWorkflow.RegisterAsync(flyte.Admin, PlannedWorkflow.Example);

        var plan = Example(workflow);

        var registered = await plan.RegisterAsync(flyte.Admin, cancellationToken: ScenarioServer.Token);
        await registered.ActivateAsync(ScenarioServer.Token);
        var active = await RegisteredLaunchPlan.FetchActiveAsync(
            flyte.Admin,
            Platform.Project,
            Platform.Domain,
            Name,
            ScenarioServer.Token
        );
        var execution = await active.ExecuteAsync(new() { ["a"] = 5 }, cancellationToken: ScenarioServer.Token);
        var phases = await PlayAsync(flyte.Admin, execution);
        var result = await execution.WaitAsync(cancellationToken: ScenarioServer.Token);

        Assert.Equal(registered.Id, active.Id);
        Assert.Equal([ExecutionPhase.Undefined, ExecutionPhase.Running, ExecutionPhase.Succeeded], phases);
        Assert.True(result.Succeeded);
        Assert.Equal(25, result.Outputs.Get<int>("o0"));
        var built = await AssertUpstreamBuildsTheSameAsync(server.Grpc, "seed", plan, registered);
        Assert.Equal(Convert.ToHexString(built), Convert.ToHexString(registered.Stored.Spec.ToByteArray()));
        await Eventually.TrueAsync(() => mail.Mails().Count > 0, "the mail");
        var arrived = Assert.Single(mail.Mails());
        Assert.Equal(["admin@example.com"], arrived.To);
        var parsed = await MailParser.ParseAsync([arrived.File]);
        Assert.Equal($"{execution.Id.Name} has succeeded.", parsed[0].Subject);
    }

    [Fact]
    public async Task OneWithEverythingIsStoredAsUpstreamsClientsStoreIt()
    {
        await using var server = await ScenarioServer.StartAsync("");
        var workflow = await PlannedWorkflow.RegisterAsync(server.Client.Admin, Everything());

        var plan = Rich(workflow);

        var registered = await plan.RegisterAsync(server.Client.Admin, cancellationToken: ScenarioServer.Token);

        // Like FlyteAdmin, the server keeps default inputs in the order of the workflow's interface: only other maps keep the order of the sent bytes.
        var built = await AssertUpstreamBuildsTheSameAsync(server.Grpc, "rich", plan, registered);
        Assert.Equal(Flyteidl.Admin.LaunchPlanSpec.Parser.ParseFrom(built), registered.Stored.Spec);
    }

    [Fact]
    public async Task TheSampleRunsIt()
    {
        await using var server = await ScenarioServer.StartAsync("");
        await PlannedWorkflow.RegisterAsync(server.Client.Admin, PlannedWorkflow.Example);
        await using var sample = ChildProcess.Start(
            Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "launch-plan", Configuration, "launch-plan")),
            [server.Grpc.ToString(), Platform.Project, Platform.Domain, "my_workflow", "admin@example.com"]
        );

        var started = await sample.LineAsync("started ");
        var id = Platform.Execution(started["started ".Length..]);
        await sample.LineAsync("Undefined");
        await PlayAsync(server.Client.Admin, new ExecutionHandle(server.Client.Admin, id));

        Assert.Equal(0, await sample.ExitAsync());
        Assert.Equal(["Succeeded", "o0 is 25"], sample.Lines.TakeLast(2));
    }

    [Fact]
    public async Task AnExecutionThatFailsIsAResult()
    {
        await using var server = await ScenarioServer.StartAsync("");
        var admin = server.Client.Admin;
        var workflow = await PlannedWorkflow.RegisterAsync(admin, PlannedWorkflow.Example);
        var registered = await Example(workflow).RegisterAsync(admin, cancellationToken: ScenarioServer.Token);

        var fails = await registered.ExecuteAsync(options: new() { Name = "fails" }, cancellationToken: ScenarioServer.Token);
        await Platform.SendAsync(admin, Platform.Event("fails", WorkflowPhase.Running));
        await Platform.SendAsync(admin, Platform.NodeEvent("fails", NodePhase.Running));
        var running = await fails.WatchAsync(new() { CountNodes = true }, ScenarioServer.Token).FirstAsync(ScenarioServer.Token);
        await Platform.SendAsync(admin, Platform.NodeEvent("fails", NodePhase.Failed));
        await Platform.SendAsync(admin, Platform.Event("fails", WorkflowPhase.Failed, "boom"));
        var over = await fails.WatchAsync(new() { CountNodes = true }, ScenarioServer.Token).FirstAsync(ScenarioServer.Token);
        var ends = await registered.ExecuteAsync(options: new() { Name = "ends" }, cancellationToken: ScenarioServer.Token);
        await ends.AbortAsync("not today", ScenarioServer.Token);
        await Platform.SendAsync(admin, Platform.Event("ends", WorkflowPhase.Aborted));

        var failed = await fails.WaitAsync(cancellationToken: ScenarioServer.Token);
        Assert.Equal((ExecutionPhase.Running, 0, 1), (running.Phase, running.NodesEnded, running.NodesStarted));
        Assert.Equal((ExecutionPhase.Failed, 1, 1), (over.Phase, over.NodesEnded, over.NodesStarted));
        Assert.Equal(ExecutionPhase.Failed, failed.Phase);
        Assert.Equal(new ExecutionError("USER:Unknown", "boom", true, null), failed.Error);
        Assert.Equal(0, failed.Outputs.Count);
        var ended = await ends.WaitAsync(cancellationToken: ScenarioServer.Token);
        Assert.Equal((ExecutionPhase.Aborted, "not today"), (ended.Phase, ended.AbortCause));
    }

    [Fact]
    public async Task ItIsRegisteredOnceAndCanBePutAway()
    {
        await using var server = await ScenarioServer.StartAsync("");
        var admin = server.Client.Admin;
        var workflow = await PlannedWorkflow.RegisterAsync(admin, PlannedWorkflow.Example);

        var first = await Example(workflow).RegisterAsync(admin, cancellationToken: ScenarioServer.Token);
        await first.ActivateAsync(ScenarioServer.Token);
        var again = await Example(workflow).RegisterAsync(admin, cancellationToken: ScenarioServer.Token);
        await again.DeactivateAsync(ScenarioServer.Token);
        var other = LaunchPlan.Create(Name, workflow, new() { ["a"] = 6 });
        var refused = await Assert.ThrowsAsync<RpcException>(() => other.RegisterAsync(admin, cancellationToken: ScenarioServer.Token));

        Assert.Equal(Flyteidl.Admin.LaunchPlanState.Active, again.Stored.Closure.State);
        var now = await RegisteredLaunchPlan.FetchAsync(admin, first.Id, ScenarioServer.Token);
        Assert.Equal(Flyteidl.Admin.LaunchPlanState.Inactive, now.Stored.Closure.State);
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
    }

    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static LaunchPlan Example(WorkflowReference workflow) =>
        LaunchPlan.Create(
            Name,
            workflow,
            defaultInputs: new() { ["a"] = 4 },
            notifications: [new EmailNotification([ExecutionPhase.Succeeded], ["admin@example.com"])]
        );

    /// <summary>Reports each next phase when the one before was seen.</summary>
    private static async Task<IReadOnlyList<ExecutionPhase>> PlayAsync(AdminClient admin, ExecutionHandle execution)
    {
        var phases = new List<ExecutionPhase>();
        await foreach (var progress in execution.WatchAsync(new() { Timeout = TimeSpan.FromMinutes(2) }, ScenarioServer.Token))
        {
            phases.Add(progress.Phase);
            if (progress.Phase == ExecutionPhase.Undefined)
                await Platform.SendAsync(admin, Platform.Event(execution.Id.Name, WorkflowPhase.Running));
            else if (progress.Phase == ExecutionPhase.Running)
                await PlannedWorkflow.SucceedAsync(admin, execution.Id.Name, 25);
        }
        return phases;
    }

    /// <summary>
    /// The same plan by grpcio and upstream's IDL: equal bytes are sent, the server takes it for the same one, and what it stores for either is equal.
    /// </summary>
    private static async Task<byte[]> AssertUpstreamBuildsTheSameAsync(Uri server, string name, LaunchPlan plan, RegisteredLaunchPlan ours)
    {
        using var flyte = new TransponderClient(server, Patient.Channel);
        var (built, answer) = await UpstreamAsync(server, name, ours.Id.Version);
        var (_, stored) = await UpstreamAsync(server, name, "from-python");
        var id = ours.Id.Clone();
        id.Version = "from-python";
        var theirs = await RegisteredLaunchPlan.FetchAsync(flyte.Admin, id, ScenarioServer.Token);

        Assert.StartsWith("ALREADY_EXISTS", answer);
        Assert.Equal("OK", stored);
        Assert.Equal(Convert.ToHexString(built), Convert.ToHexString(plan.Spec.ToByteArray()));
        Assert.Equal(Convert.ToHexString(theirs.Stored.Spec.ToByteArray()), Convert.ToHexString(ours.Stored.Spec.ToByteArray()));
        return built;
    }

    private static async Task<(byte[] Spec, string Answer)> UpstreamAsync(Uri server, string plan, string version)
    {
        using var folder = new TempDirectory();
        string[] arguments = [server.Authority, await UpstreamIdl.CompileAsync(folder), plan, version];
        var run = await PythonScript.RunAsync("Scenarios/clients/launch_plan.py", arguments, modules: ["grpc", "google.protobuf"]);
        using var said = JsonDocument.Parse(run.Succeeded().Split('\n').Last(line => line.StartsWith('{')));
        return (said.RootElement.GetProperty("spec").GetBytesFromBase64(), said.RootElement.GetProperty("answer").GetString()!);
    }

    private static VariableMap Everything() =>
        PlannedWorkflow.Inputs(
            ("count", Simple(SimpleType.Integer)),
            ("ratio", Simple(SimpleType.Float)),
            ("title", Simple(SimpleType.String)),
            ("dry", Simple(SimpleType.Boolean)),
            ("since", Simple(SimpleType.Datetime)),
            ("until", Simple(SimpleType.Datetime)),
            ("window", Simple(SimpleType.Duration)),
            ("rows", new LiteralType { CollectionType = Simple(SimpleType.Integer) }),
            ("weights", new LiteralType { MapValueType = Simple(SimpleType.Float) }),
            ("settings", Simple(SimpleType.Struct)),
            ("data", new LiteralType { Blob = new BlobType { Format = "csv" } }),
            ("mode", new LiteralType { EnumType = new EnumType { Values = { "Fast", "Exact" } } }),
            ("table", new LiteralType { StructuredDatasetType = new StructuredDatasetType { Format = "parquet" } }),
            ("note", Optional()),
            ("absent", Optional()),
            ("raw", Simple(SimpleType.Binary))
        );

    private static LaunchPlan Rich(WorkflowReference workflow) =>
        LaunchPlan.Create(
            Name,
            workflow,
            defaultInputs: new()
            {
                ["count"] = -7,
                ["ratio"] = 3,
                ["dry"] = true,
                ["until"] = new DateTimeOffset(2024, 1, 2, 4, 4, 5, 600, TimeSpan.FromHours(1)),
                ["window"] = TimeSpan.FromMinutes(90) + TimeSpan.FromSeconds(0.5),
                ["rows"] = new[] { 1, 2, 3 },
                ["weights"] = new Dictionary<string, double> { ["y"] = 2, ["x"] = 0.5 },
                ["settings"] = new
                {
                    rate = 0.25,
                    layers = new[] { 16, 8 },
                    name = "wide",
                    bias = true,
                    next = (string?)null,
                    inner = new { b = 1, a = 2 },
                },
                ["data"] = new BlobReference("s3://bucket/data.csv"),
                ["mode"] = Mode.Exact,
                ["table"] = new DatasetReference("s3://bucket/table"),
                ["note"] = "é",
                ["absent"] = null,
                ["raw"] = new byte[] { 0, 255 },
            },
            fixedInputs: new() { ["title"] = "nightly" },
            notifications:
            [
                new PagerDutyNotification([ExecutionPhase.Failed, ExecutionPhase.TimedOut], ["on-call@example.com"]),
                new SlackNotification([ExecutionPhase.Aborted], ["ml@example.com", "data@example.com"], "{{ name }}"),
            ],
            schedule: Schedule.Cron("0 6 * * 1-5", kickoffTimeInput: "since"),
            labels: new Dictionary<string, string> { ["team"] = "ml", ["cost"] = "low" },
            annotations: new Dictionary<string, string> { ["example.com/owner"] = "ann" },
            options: new()
            {
                MaxParallelism = 5,
                ServiceAccount = "runner",
                IamRole = "arn:aws:iam::123456789012:role/r",
                RawOutputPrefix = "s3://bucket/raw",
                Interruptible = true,
                OverwriteCache = true,
                Environment = new Dictionary<string, string> { ["B"] = "2", ["A"] = "1" },
            }
        );

    private static LiteralType Optional() =>
        new() { UnionType = new UnionType { Variants = { Simple(SimpleType.String), Simple(SimpleType.None) } } };

    private static LiteralType Simple(SimpleType type) => new() { Simple = type };
}
