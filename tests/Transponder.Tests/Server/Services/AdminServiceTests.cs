using System.Text.Json;
using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Client;
using Transponder.Core.Delivery;
using Transponder.Core.Ingestion;
using Transponder.Core.Routing;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Protocol;
using Transponder.Server.Services;
using Transponder.Server.Wire;
using Transponder.Tests.Core.Catalog;
using Transponder.Tests.Rig;
using Transponder.Tests.Server.Wire;
using Xunit;
using Notifier = Transponder.Notifiers.Notifier;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Server.Services;

public sealed class AdminServiceTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TempDirectory directory = new();
    private SqliteStore store = null!;
    private Ingestor ingestor = null!;
    private WireServer server = null!;
    private TransponderClient client = null!;
    private int woken;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AdminClient Admin => client.Admin;

    public async ValueTask InitializeAsync()
    {
        store = SqliteStore.Open(new SqliteOptions { File = directory.File("t.db") }, TimeProvider.System);
        await store.MigrateAsync(Token);
        var addresses = new AddressBook(new Dictionary<string, Notifier>(), new Dictionary<string, IReadOnlyList<string>>(), _ => null);
        ingestor = new Ingestor(
            store,
            new NotificationRouter(addresses, enabled: true),
            new IngestionOptions(),
            new DeliveryHandover(new DeliverySignal(), _ => { }),
            TimeProvider.System,
            NullLogger<Ingestor>.Instance
        );
        var admin = new AdminService(
            store,
            ingestor,
            () => Interlocked.Increment(ref woken),
            addresses.Check,
            new AdminOptions { Version = "1.2.3" },
            TimeProvider.System,
            NullLogger<AdminService>.Instance
        );
        await admin.SeedAsync([CatalogFixture.Project], Token);
        var services = new RpcServices();
        admin.AddTo(services);
        server = await WireServer.StartAsync(services);
        client = new TransponderClient(server.Grpc, Patient.Channel);
    }

    [Fact]
    public async Task WholePath_OverGrpc_EndsInAFailedExecutionThatReadsBack()
    {
        await RegisterAsync();
        await Admin.CreateExecutionAsync(Samples.Execution("e1", "lp"), Token);
        var id = Id("e1");
        var node = new NodeExecutionIdentifier { ExecutionId = id, NodeId = "n0" };
        var task = Samples.Id(ResourceType.Task, "t");
        var error = new ExecutionError { Code = "USER:Boom", Message = "uh-oh" };

        await SendAsync(id, WorkflowPhase.Running);
        await Admin.CreateNodeEventAsync(
            new NodeExecutionEventRequest
            {
                Event = new NodeExecutionEvent
                {
                    Id = node,
                    Phase = NodePhase.Running,
                    OccurredAt = Start.ToTimestamp(),
                },
            },
            Token
        );
        await Admin.CreateTaskEventAsync(
            new TaskExecutionEventRequest
            {
                Event = new TaskExecutionEvent
                {
                    TaskId = task,
                    ParentNodeExecutionId = node,
                    Phase = TaskPhase.Running,
                    OccurredAt = Start.ToTimestamp(),
                },
            },
            Token
        );
        await SendAsync(id, WorkflowPhase.Failed, error);

        var read = await Admin.GetExecutionAsync(new WorkflowExecutionGetRequest { Id = id }, Token);
        Assert.Equal((WorkflowPhase.Failed, error), (read.Closure.Phase, read.Closure.Error));
        Assert.Equal(Start.ToTimestamp(), read.Closure.StartedAt);
        Assert.Equal(
            NodePhase.Running,
            (await Admin.GetNodeExecutionAsync(new NodeExecutionGetRequest { Id = node }, Token)).Closure.Phase
        );
        var attempt = new TaskExecutionIdentifier { TaskId = task, NodeExecutionId = node };
        Assert.Equal(
            TaskPhase.Running,
            (await Admin.GetTaskExecutionAsync(new TaskExecutionGetRequest { Id = attempt }, Token)).Closure.Phase
        );
        var list = new ResourceListRequest
        {
            Id = new NamedEntityIdentifier { Project = id.Project, Domain = id.Domain },
            Limit = 10,
            Filters = "eq(phase,FAILED)+eq(error_code,USER:Boom)",
        };
        Assert.Equal("e1", Assert.Single((await Admin.ListExecutionsAsync(list, Token)).Executions).Id.Name);

        var ended = await FailsAsync(() => Admin.TerminateExecutionAsync(new ExecutionTerminateRequest { Id = id, Cause = "late" }, Token));
        Assert.Equal(StatusCode.FailedPrecondition, ended.Code);
    }

    [Fact]
    public async Task Terminate_IsAborting_WithItsCause()
    {
        await RegisterAsync();
        await Admin.CreateExecutionAsync(Samples.Execution("e1", "lp"), Token);

        await Admin.TerminateExecutionAsync(new ExecutionTerminateRequest { Id = Id("e1"), Cause = "no more" }, Token);

        var read = await Admin.GetExecutionAsync(new WorkflowExecutionGetRequest { Id = Id("e1") }, Token);
        Assert.Equal((WorkflowPhase.Aborting, "no more"), (read.Closure.Phase, read.Closure.AbortMetadata.Cause));
        var unknown = await FailsAsync(() => Admin.TerminateExecutionAsync(new ExecutionTerminateRequest { Id = Id("no") }, Token));
        Assert.Equal(StatusCode.NotFound, unknown.Code);
    }

    [Fact]
    public async Task RestPaths_WithoutResourceType_FindWhatGrpcRegistered()
    {
        await RegisterAsync();
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server.Http };

        foreach (var path in new[] { "tasks/{0}/t/v1", "workflows/{0}/wf/v1", "launch_plans/{0}/lp/v1", "active_launch_plans/{0}/lp" })
        {
            var address = "/api/v1/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, path, "flytesnacks/development");
            using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri(address, UriKind.Relative), Token));
            Assert.Equal("flytesnacks", json.RootElement.GetProperty("id").GetProperty("project").GetString());
        }
        using var domains = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/v1/domains", UriKind.Relative), Token));
        Assert.Equal(3, domains.RootElement.GetProperty("domains").GetArrayLength());
        var version = await Admin.GetVersionAsync(new GetVersionRequest(), Token);
        Assert.Equal("1.2.3", version.ControlPlaneVersion.Version_);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await ingestor.DisposeAsync();
        await store.DisposeAsync();
        directory.Dispose();
    }

    private static WorkflowExecutionIdentifier Id(string name) =>
        new()
        {
            Project = CatalogFixture.Project,
            Domain = CatalogFixture.Domain,
            Name = name,
        };

    private static Task<RpcException> FailsAsync(Func<Task> act) => Assert.ThrowsAsync<RpcException>(act);

    [Fact]
    public async Task Changes_WakeThoseWhoFollowTheLog_AndReadsDoNot()
    {
        await RegisterAsync();
        Assert.Equal(3, woken);

        await Admin.UpdateProjectAsync(new Project { Id = CatalogFixture.Project, Description = "told" }, Token);
        await Admin.RegisterProjectAsync(
            new ProjectRegisterRequest
            {
                Project = new Project { Id = "another", Name = "another" },
            },
            Token
        );
        await Admin.CreateExecutionAsync(Samples.Execution("e1", "lp"), Token);
        Assert.Equal(6, woken);

        await Admin.GetExecutionAsync(new WorkflowExecutionGetRequest { Id = Id("e1") }, Token);
        Assert.Equal(6, woken);
    }

    private async Task RegisterAsync()
    {
        await Admin.CreateTaskAsync(Samples.Task("t"), Token);
        await Admin.CreateWorkflowAsync(Samples.Workflow("wf", Samples.Run("n0", "t", ("x", "", "x"))), Token);
        var plan = Samples.LaunchPlan("lp", "wf");
        plan.Spec.FixedInputs = Samples.Literals(("x", Samples.Integer(1)));
        await Admin.CreateLaunchPlanAsync(plan, Token);
        await Admin.UpdateLaunchPlanAsync(new LaunchPlanUpdateRequest { Id = plan.Id, State = LaunchPlanState.Active }, Token);
    }

    private Task<WorkflowExecutionEventResponse> SendAsync(
        WorkflowExecutionIdentifier id,
        WorkflowPhase phase,
        ExecutionError? error = null
    )
    {
        var occurrence = new WorkflowExecutionEvent
        {
            ExecutionId = id,
            Phase = phase,
            OccurredAt = Start.ToTimestamp(),
            ProducerId = "propeller",
        };
        if (error is not null)
            occurrence.Error = error;
        return Admin.CreateWorkflowEventAsync(new WorkflowExecutionEventRequest { Event = occurrence }, Token);
    }
}
