using Flyteidl.Admin;
using Flyteidl.Core;
using Flyteidl.Event;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Transponder.Client;
using Transponder.Protocol;
using NodePhase = Flyteidl.Core.NodeExecution.Types.Phase;
using Task = System.Threading.Tasks.Task;
using TaskPhase = Flyteidl.Core.TaskExecution.Types.Phase;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Benchmarks;

/// <summary>Executions of a one-task workflow whose launch plan notifies one channel, and their events of all three kinds.</summary>
internal static class Workload
{
    public const string Project = "flytesnacks";
    public const string Domain = "development";
    public const string Channel = "hook";

    /// <summary>How many events an execution has.</summary>
    public const int EventsPerExecution = 27;

    private static readonly string[] nodes = ["n0", "n1", "n2"];

    /// <summary>The launch plan that <see cref="RegisterAsync"/> registers.</summary>
    public const string Plan = "bench.plan";

    private static readonly Identifier task = Id(ResourceType.Task, "bench.task");
    private static readonly Identifier workflow = Id(ResourceType.Workflow, "bench.workflow");

    /// <summary>The configuration that the workload needs.</summary>
    public static string Yaml(string webhookUrl) =>
        $$"""
            projects: [ {{Project}} ]
            notifications: { type: embedded }
            channels: { {{Channel}}: { type: webhook, url: {{webhookUrl}} } }
            outbound: { allow: [ 127.0.0.0/8 ] }
            """;

    public static async Task RegisterAsync(AdminClient admin)
    {
        await RegisterWorkflowAsync(admin);
        await RegisterPlanAsync(admin, Plan, Channel);
    }

    /// <summary>A launch plan that notifies these addresses, if any, when an execution succeeds.</summary>
    public static async Task RegisterPlanAsync(AdminClient admin, string name, params IEnumerable<string> addresses)
    {
        var plan = Id(ResourceType.LaunchPlan, name);
        var metadata = new LaunchPlanMetadata();
        if (addresses.Any())
            metadata.Notifications.Add(
                new Notification
                {
                    Email = new EmailNotification { RecipientsEmail = { addresses } },
                    Phases = { WorkflowPhase.Succeeded },
                }
            );
        await admin.CreateLaunchPlanAsync(
            new LaunchPlanCreateRequest
            {
                Id = plan,
                Spec = new LaunchPlanSpec { WorkflowId = workflow, EntityMetadata = metadata },
            }
        );
        await admin.UpdateLaunchPlanAsync(new LaunchPlanUpdateRequest { Id = plan, State = LaunchPlanState.Active });
    }

    public static async Task RegisterWorkflowAsync(AdminClient admin)
    {
        await admin.CreateTaskAsync(
            new TaskCreateRequest
            {
                Id = task,
                Spec = new TaskSpec
                {
                    Template = new TaskTemplate
                    {
                        Id = task,
                        Type = "python-task",
                        Interface = new TypedInterface(),
                        Metadata = new TaskMetadata
                        {
                            Runtime = new RuntimeMetadata { Version = "1.16.0", Flavor = "python" },
                        },
                        Container = new Container { Image = "example.com/bench:v1" },
                    },
                },
            }
        );
        var template = new WorkflowTemplate { Id = workflow, Interface = new TypedInterface() };
        template.Nodes.Add(
            new Node
            {
                Id = "n0",
                TaskNode = new TaskNode { ReferenceId = task },
            }
        );
        await admin.CreateWorkflowAsync(
            new WorkflowCreateRequest
            {
                Id = workflow,
                Spec = new WorkflowSpec { Template = template },
            }
        );
    }

    public static ExecutionCreateRequest Create(string name, string plan = Plan) =>
        new()
        {
            Project = Project,
            Domain = Domain,
            Name = name,
            Spec = new ExecutionSpec
            {
                LaunchPlan = Id(ResourceType.LaunchPlan, plan),
                Metadata = new ExecutionMetadata { Principal = "bench" },
            },
        };

    public static WorkflowExecutionIdentifier Execution(string name) =>
        new()
        {
            Project = Project,
            Domain = Domain,
            Name = name,
        };

    /// <summary>The events of an execution in propeller's order: start node, nodes with one task each, end node.</summary>
    public static IMessage[] Events(string name) =>
        [
            Workflow(name, WorkflowPhase.Running),
            Node(name, "start-node", NodePhase.Succeeded),
            .. nodes.SelectMany(node => NodeEvents(name, node)),
            Node(name, "end-node", NodePhase.Queued),
            Node(name, "end-node", NodePhase.Succeeded),
            Workflow(name, WorkflowPhase.Succeeding),
            Workflow(name, WorkflowPhase.Succeeded),
        ];

    public static Task SendAsync(AdminClient admin, IMessage request) =>
        request switch
        {
            WorkflowExecutionEventRequest workflow => admin.CreateWorkflowEventAsync(workflow),
            NodeExecutionEventRequest node => admin.CreateNodeEventAsync(node),
            TaskExecutionEventRequest task => admin.CreateTaskEventAsync(task),
            _ => throw new ArgumentException("no event", nameof(request)),
        };

    /// <summary>The id that the workload gave an event; unique.</summary>
    public static string RequestIdOf(IMessage request) =>
        request switch
        {
            WorkflowExecutionEventRequest workflow => workflow.RequestId,
            NodeExecutionEventRequest node => node.RequestId,
            TaskExecutionEventRequest task => task.RequestId,
            _ => throw new ArgumentException("no event", nameof(request)),
        };

    /// <summary>Reads back what all events of an execution made of it; false when anything is missing.</summary>
    public static async Task<bool> IsCompleteAsync(AdminClient admin, string name)
    {
        try
        {
            var execution = await admin.GetExecutionAsync(new WorkflowExecutionGetRequest { Id = Execution(name) });
            var complete = execution.Closure.Phase == WorkflowPhase.Succeeded;
            foreach (var id in nodes.Select(node => NodeId(name, node)))
            {
                var node = await admin.GetNodeExecutionAsync(new NodeExecutionGetRequest { Id = id });
                var attempt = await admin.GetTaskExecutionAsync(
                    new TaskExecutionGetRequest
                    {
                        Id = new TaskExecutionIdentifier { NodeExecutionId = id, TaskId = task },
                    }
                );
                complete &= node.Closure.Phase == NodePhase.Succeeded && attempt.Closure.Phase == TaskPhase.Succeeded;
            }

            return complete;
        }
        catch (RpcException error) when (error.Code == StatusCode.NotFound)
        {
            return false;
        }
    }

    private static IEnumerable<IMessage> NodeEvents(string name, string node) =>
        [
            Node(name, node, NodePhase.Queued),
            TaskEvent(name, node, TaskPhase.Queued),
            Node(name, node, NodePhase.Running),
            TaskEvent(name, node, TaskPhase.Initializing),
            TaskEvent(name, node, TaskPhase.Running),
            TaskEvent(name, node, TaskPhase.Succeeded),
            Node(name, node, NodePhase.Succeeded),
        ];

    /// <summary>A workflow's event.</summary>
    public static WorkflowExecutionEventRequest Workflow(string name, WorkflowPhase phase) =>
        new()
        {
            RequestId = $"{name}-w{(int)phase}",
            Event = new WorkflowExecutionEvent
            {
                ExecutionId = Execution(name),
                ProducerId = "propeller",
                Phase = phase,
                OccurredAt = Now(),
            },
        };

    /// <summary>A node's event.</summary>
    public static NodeExecutionEventRequest Node(string name, string node, NodePhase phase) =>
        new()
        {
            RequestId = $"{name}-{node}-{(int)phase}",
            Event = new NodeExecutionEvent
            {
                Id = NodeId(name, node),
                ProducerId = "propeller",
                Phase = phase,
                OccurredAt = Now(),
                ReportedAt = Now(),
                InputUri = $"s3://flyte/metadata/{Project}/{Domain}/{name}/{node}/data/inputs.pb",
                NodeName = node,
                SpecNodeId = node,
                EventVersion = 1,
            },
        };

    /// <summary>An event of a node's task, of its first attempt.</summary>
    public static TaskExecutionEventRequest TaskEvent(string name, string node, TaskPhase phase) =>
        new()
        {
            RequestId = $"{name}-{node}-t{(int)phase}",
            Event = new TaskExecutionEvent
            {
                TaskId = task,
                ParentNodeExecutionId = NodeId(name, node),
                ProducerId = "propeller",
                Phase = phase,
                OccurredAt = Now(),
                ReportedAt = Now(),
                TaskType = "python-task",
                EventVersion = 1,
            },
        };

    private static NodeExecutionIdentifier NodeId(string name, string node) => new() { ExecutionId = Execution(name), NodeId = node };

    private static Timestamp Now() => Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());

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
