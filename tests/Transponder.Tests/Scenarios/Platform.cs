using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Client;
using Transponder.V1;
using Task = System.Threading.Tasks.Task;

namespace Transponder.Tests.Scenarios;

/// <summary>What flytekit registers and flytepropeller reports: one workflow of one task, executions of it, and their events.</summary>
public static class Platform
{
    public const string Project = "flytesnacks";
    public const string Domain = "development";

    public static readonly Identifier TaskId = Id(ResourceType.Task, "train");
    public static readonly Identifier WorkflowId = Id(ResourceType.Workflow, "nightly");
    public static readonly Identifier PlanId = Id(ResourceType.LaunchPlan, "nightly");

    /// <summary>A notification of these phases to these addresses.</summary>
    public static Notification Notify(IEnumerable<WorkflowPhase> phases, params IEnumerable<string> addresses) =>
        new()
        {
            Phases = { phases },
            Email = new EmailNotification { RecipientsEmail = { addresses } },
        };

    /// <summary>Registers project, task, workflow and launch plan, and activates the plan.</summary>
    public static async Task RegisterAsync(AdminClient admin, params IEnumerable<Notification> notifications)
    {
        foreach (var step in Registration(notifications))
            await SendAsync(admin, step.Request);
    }

    /// <summary>The calls that <see cref="RegisterAsync"/> makes.</summary>
    public static IReadOnlyList<Step> Registration(params IEnumerable<Notification> notifications)
    {
        var task = new TaskTemplate
        {
            Id = TaskId,
            Type = "python-task",
            Interface = new TypedInterface(),
            Metadata = new TaskMetadata
            {
                Runtime = new RuntimeMetadata { Version = "1.16.0", Flavor = "python" },
            },
            Container = new Container { Image = "example.com/train:v1" },
        };
        var node = new Flyteidl.Core.Node
        {
            Id = "n0",
            TaskNode = new TaskNode { ReferenceId = TaskId },
        };
        var workflow = new WorkflowTemplate
        {
            Id = WorkflowId,
            Interface = new TypedInterface(),
            Nodes = { node },
        };
        var plan = new LaunchPlanSpec
        {
            WorkflowId = WorkflowId,
            EntityMetadata = new LaunchPlanMetadata { Notifications = { notifications } },
        };
        return
        [
            new(
                "RegisterProject",
                "POST projects",
                new ProjectRegisterRequest
                {
                    Project = new() { Id = Project, Name = Project },
                }
            ),
            new(
                "CreateTask",
                "POST tasks",
                new TaskCreateRequest
                {
                    Id = TaskId,
                    Spec = new TaskSpec { Template = task },
                }
            ),
            new(
                "CreateWorkflow",
                "POST workflows",
                new WorkflowCreateRequest
                {
                    Id = WorkflowId,
                    Spec = new WorkflowSpec { Template = workflow },
                }
            ),
            new("CreateLaunchPlan", "POST launch_plans", new LaunchPlanCreateRequest { Id = PlanId, Spec = plan }),
            new(
                "UpdateLaunchPlan",
                $"PUT launch_plans/{Project}/{Domain}/{PlanId.Name}/{PlanId.Version}",
                new LaunchPlanUpdateRequest { Id = PlanId, State = LaunchPlanState.Active }
            ),
        ];
    }

    /// <summary>Starts an execution.</summary>
    public static Task CreateAsync(AdminClient admin, string name) => SendAsync(admin, Creation(name).Request);

    /// <summary>The call that starts an execution.</summary>
    public static Step Creation(string name) =>
        new(
            "CreateExecution",
            "POST executions",
            new ExecutionCreateRequest
            {
                Project = Project,
                Domain = Domain,
                Name = name,
                Spec = new ExecutionSpec { LaunchPlan = PlanId, Metadata = new ExecutionMetadata() },
            }
        );

    /// <summary>Starts an execution, and reports that it runs.</summary>
    public static async Task RunAsync(AdminClient admin, string name)
    {
        await CreateAsync(admin, name);
        await SendAsync(admin, Event(name, WorkflowPhase.Running));
    }

    /// <summary>Starts an execution and plays it to its end.</summary>
    public static async Task PlayAsync(AdminClient admin, string name, WorkflowPhase end)
    {
        await RunAsync(admin, name);
        await SendAsync(admin, Event(name, end));
    }

    /// <summary>The call that reports an event of any kind.</summary>
    public static Step Sending(IMessage request) =>
        request switch
        {
            WorkflowExecutionEventRequest => new("CreateWorkflowEvent", "POST events/workflows", request),
            NodeExecutionEventRequest => new("CreateNodeEvent", "POST events/nodes", request),
            TaskExecutionEventRequest => new("CreateTaskEvent", "POST events/tasks", request),
            _ => throw new ArgumentException("no event", nameof(request)),
        };

    /// <summary>Sends an event, or what registers or starts something.</summary>
    public static Task SendAsync(AdminClient admin, IMessage request) =>
        request switch
        {
            ProjectRegisterRequest project => admin.RegisterProjectAsync(project, ScenarioServer.Token),
            TaskCreateRequest task => admin.CreateTaskAsync(task, ScenarioServer.Token),
            WorkflowCreateRequest workflow => admin.CreateWorkflowAsync(workflow, ScenarioServer.Token),
            LaunchPlanCreateRequest plan => admin.CreateLaunchPlanAsync(plan, ScenarioServer.Token),
            LaunchPlanUpdateRequest plan => admin.UpdateLaunchPlanAsync(plan, ScenarioServer.Token),
            ExecutionCreateRequest execution => admin.CreateExecutionAsync(execution, ScenarioServer.Token),
            WorkflowExecutionEventRequest workflow => admin.CreateWorkflowEventAsync(workflow, ScenarioServer.Token),
            NodeExecutionEventRequest node => admin.CreateNodeEventAsync(node, ScenarioServer.Token),
            TaskExecutionEventRequest task => admin.CreateTaskEventAsync(task, ScenarioServer.Token),
            _ => throw new ArgumentException("not sent by a platform", nameof(request)),
        };

    public static WorkflowExecutionEventRequest Event(string name, WorkflowPhase phase, string? error = null)
    {
        var request = new WorkflowExecutionEventRequest
        {
            RequestId = $"{name}-{phase}",
            Event = new WorkflowExecutionEvent
            {
                ExecutionId = Execution(name),
                ProducerId = "propeller",
                Phase = phase,
                OccurredAt = Now(),
            },
        };
        if (error is not null)
            request.Event.Error = new ExecutionError
            {
                Code = "USER:Unknown",
                Kind = ExecutionError.Types.ErrorKind.User,
                Message = error,
            };
        return request;
    }

    public static NodeExecutionEventRequest NodeEvent(string name, NodePhase phase) =>
        new()
        {
            Event = new NodeExecutionEvent
            {
                Id = Node(name),
                ProducerId = "propeller",
                Phase = phase,
                OccurredAt = Now(),
            },
        };

    public static TaskExecutionEventRequest TaskEvent(string name, TaskPhase phase) =>
        new()
        {
            Event = new TaskExecutionEvent
            {
                TaskId = TaskId,
                ParentNodeExecutionId = Node(name),
                ProducerId = "propeller",
                Phase = phase,
                OccurredAt = Now(),
            },
        };

    public static NodeExecutionIdentifier Node(string name) => new() { ExecutionId = Execution(name), NodeId = "n0" };

    public static WorkflowExecutionIdentifier Execution(string name) =>
        new()
        {
            Project = Project,
            Domain = Domain,
            Name = name,
        };

    public static async Task<Execution> GetAsync(AdminClient admin, string name) =>
        await admin.GetExecutionAsync(new WorkflowExecutionGetRequest { Id = Execution(name) });

    /// <summary>Every delivery of an execution.</summary>
    public static async Task<IReadOnlyList<Delivery>> DeliveriesAsync(TransponderClient client, string name) =>
        (
            await client.Deliveries.ListDeliveriesAsync(
                new()
                {
                    Project = Project,
                    Domain = Domain,
                    Name = name,
                }
            )
        ).Deliveries;

    public static Timestamp Now() => Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());

    private static Identifier Id(ResourceType type, string name) =>
        new()
        {
            ResourceType = type,
            Project = Project,
            Domain = Domain,
            Name = name,
            Version = "v1",
        };
}
