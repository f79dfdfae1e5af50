using Flyteidl.Admin;
using Flyteidl.Service;
using Transponder.Core.Catalog;
using Transponder.Core.Executions;
using Transponder.Core.Ingestion;
using Transponder.Core.Routing;
using Transponder.Core.Store;
using Transponder.Server.Wire;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Server.Services;

/// <summary>Flyte's AdminService and SignalService: their parts put together over one store. What no part handles is UNIMPLEMENTED.</summary>
public sealed partial class AdminService
{
    private readonly AdminOptions options;
    private readonly ProjectRegistry projects;
    private readonly ICatalogStore store;
    private readonly ChangeSignal changes;
    private readonly CatalogService catalog;
    private readonly NamedEntityService names;
    private readonly AttributeService attributes;
    private readonly ExecutionService executions;
    private readonly ExecutionPartsService parts;
    private readonly SignalService signals;
    private readonly EventService events;

    /// <summary>Puts the service together.</summary>
    /// <param name="store">Where everything is kept.</param>
    /// <param name="ingestor">What takes events and terminations.</param>
    /// <param name="changed">Told after each call that may have written a change to the log.</param>
    /// <param name="checkAddress">Says what is wrong with an address in a notification; null when it is fine.</param>
    /// <param name="options">What the configuration decides.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where warnings go.</param>
    public AdminService(
        IStore store,
        Ingestor ingestor,
        Action changed,
        Func<string, string?> checkAddress,
        AdminOptions options,
        TimeProvider clock,
        ILogger<AdminService> logger
    )
    {
        this.options = options;
        this.store = store.Catalog;
        changes = new ChangeSignal(changed);
        projects = new ProjectRegistry(store.Catalog, options.Domains, clock);
        var notifications = new NotificationValidator(
            checkAddress,
            problem =>
            {
                if (options.StrictAddresses())
                    throw IdentifierRules.Invalid(problem);
                LogUnusable(logger, problem);
            }
        );
        var tasks = new TaskRegistry(store.Catalog, projects, clock);
        var workflows = new WorkflowRegistry(store.Catalog, projects, clock);
        var launchPlans = new LaunchPlanRegistry(store.Catalog, projects, workflows, notifications, clock);
        var launcher = new ExecutionLauncher(
            store.Executions,
            projects,
            launchPlans,
            new SingleTaskPlan(tasks, workflows),
            notifications,
            new LaunchClock(clock, Random.Shared)
        );
        catalog = new CatalogService(tasks, workflows, launchPlans, new CatalogReader(store.Catalog), changes);
        names = new NamedEntityService(new NamedEntityRegistry(store.Catalog, clock));
        attributes = new AttributeService(new AttributeRegistry(store.Catalog, projects, clock));
        executions = new ExecutionService(
            launcher,
            new ExecutionRelauncher(store.Executions, launchPlans, launcher),
            new ExecutionReader(store.Executions),
            ingestor,
            changes
        );
        parts = new ExecutionPartsService(
            new NodeExecutionLists(store.Executions),
            new TaskExecutionLists(store.Executions),
            new ExecutionDataReader(store.Executions),
            new ExecutionMetrics(store.Executions, workflows)
        );
        signals = new SignalService(new SignalRegistry(store.Signals, clock));
        events = new EventService(ingestor);
    }

    /// <summary>Registers the configured projects, and completes what an earlier release stored; needed before the first request.</summary>
    /// <param name="ids">The projects' ids; those that exist already stay as they are.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task SeedAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await projects.SeedAsync(ids, cancellationToken);
        await CatalogUpgrade.RunAsync(store, cancellationToken);
    }

    /// <summary>Sets the service's handlers.</summary>
    /// <param name="services">The services that are served.</param>
    public void AddTo(RpcServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var admin = services.Add(AdminReflection.Descriptor.Services[0]);
        admin.Unary<GetVersionRequest, GetVersionResponse>("GetVersion", (_, _) => Task.FromResult(Version()));
        new ProjectService(projects, changes).AddTo(admin);
        catalog.AddTo(admin);
        names.AddTo(admin);
        attributes.AddTo(admin);
        executions.AddTo(admin);
        parts.AddTo(admin);
        events.AddTo(admin);
        signals.AddTo(services);
    }

    private GetVersionResponse Version() =>
        new()
        {
            ControlPlaneVersion = new Flyteidl.Admin.Version { Version_ = options.Version, Build = "transponder" },
        };

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "A notification was accepted that cannot work: {Problem}")]
    private static partial void LogUnusable(ILogger logger, string problem);
}
