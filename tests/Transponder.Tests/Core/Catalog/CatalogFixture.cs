using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Core.Routing;
using Transponder.Integrations.Stores.Sqlite;
using Transponder.Protocol;
using Transponder.Tests.Rig;
using Xunit;
using Notifier = Transponder.Notifiers.Notifier;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Core.Catalog;

/// <summary>The registries over a store of their own, with project flytesnacks.</summary>
internal sealed class CatalogFixture : IAsyncDisposable
{
    public const string Project = "flytesnacks";
    public const string Domain = "development";

    private readonly TempDirectory directory = new();

    private CatalogFixture(Action<string>? warn)
    {
        Store = SqliteStore.Open(new SqliteOptions { File = directory.File("t.db") }, TimeProvider.System);
        var addresses = new AddressBook(
            new Dictionary<string, Notifier>(),
            new Dictionary<string, IReadOnlyList<string>> { ["oncall"] = ["lead@example.com"] },
            address => Transponder.Notifiers.EmailAddress.Check(address)
        );
        Notifications = new NotificationValidator(addresses.Check, warn);
        Projects = new ProjectRegistry(Store.Catalog, DomainOption.Defaults, Time);
        Tasks = new TaskRegistry(Store.Catalog, Projects, Time);
        Workflows = new WorkflowRegistry(Store.Catalog, Projects, Time);
        LaunchPlans = new LaunchPlanRegistry(Store.Catalog, Projects, Workflows, Notifications, Time);
        Catalog = new CatalogReader(Store.Catalog);
        Names = new NamedEntityRegistry(Store.Catalog, Time);
        Attributes = new AttributeRegistry(Store.Catalog, Projects, Time);
        Reader = new ExecutionReader(Store.Executions);
        Launcher = new ExecutionLauncher(
            Store.Executions,
            Projects,
            LaunchPlans,
            new SingleTaskPlan(Tasks, Workflows),
            Notifications,
            new LaunchClock(Time, new Random(1))
        );
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public SqliteStore Store { get; }

    public NotificationValidator Notifications { get; }

    public ProjectRegistry Projects { get; }

    public TaskRegistry Tasks { get; }

    public WorkflowRegistry Workflows { get; }

    public LaunchPlanRegistry LaunchPlans { get; }

    public CatalogReader Catalog { get; }

    public NamedEntityRegistry Names { get; }

    public AttributeRegistry Attributes { get; }

    public ExecutionLauncher Launcher { get; }

    public ExecutionReader Reader { get; }

    public static async Task<CatalogFixture> CreateAsync(Action<string>? warn = null)
    {
        var fixture = new CatalogFixture(warn);
        await fixture.Store.MigrateAsync(Token);
        await fixture.Projects.SeedAsync([Project], Token);
        return fixture;
    }

    /// <summary>A task <c>t</c> (x: INTEGER → y: INTEGER), a workflow <c>wf</c> that runs it, and a launch plan <c>lp</c>.</summary>
    public async Task<CatalogFixture> WithLaunchPlanAsync(Action<LaunchPlanSpec>? change = null, bool openInput = false)
    {
        await Tasks.CreateAsync(Samples.Task("t"), Token);
        await Workflows.CreateAsync(Samples.Workflow("wf", Samples.Run("n0", "t", ("x", "", "x"))), "", Token);
        var request = Samples.LaunchPlan("lp", "wf");
        if (!openInput)
            request.Spec.FixedInputs = Samples.Literals(("x", Samples.Integer(1)));
        change?.Invoke(request.Spec);
        await LaunchPlans.CreateAsync(request, "", Token);
        return this;
    }

    public Task<ExecutionCreateResponse> LaunchAsync(string name, Action<ExecutionCreateRequest>? change = null, string principal = "")
    {
        var request = Samples.Execution(name, "lp");
        change?.Invoke(request);
        return Launcher.CreateAsync(request, principal, Token);
    }

    public static async Task<RpcException> FailsAsync(StatusCode code, string part, Func<Task> act)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(act);
        Assert.Equal((code, true), (failure.Code, failure.Message.Contains(part, StringComparison.Ordinal)));
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        directory.Dispose();
    }
}
