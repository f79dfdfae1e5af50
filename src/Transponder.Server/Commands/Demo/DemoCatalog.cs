using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client;
using Task = System.Threading.Tasks.Task;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Demo;

/// <summary>What the demo registers: a project, two tasks, the workflow that runs them one after the other, and a launch plan that asks for notifications.</summary>
internal sealed class DemoCatalog(AdminClient admin)
{
    public const string Project = "flytesnacks";
    public const string Domain = "development";
    public const string Team = "team@example.com";
    public const string OnCall = "oncall@example.com";
    public const string Lead = "lead@example.com";
    private const string Version = "v1";

    /// <summary>The workflow's nodes in order, each with its task.</summary>
    public static IReadOnlyList<(string Node, Identifier Task)> Nodes { get; } =
    [("n0", Id(ResourceType.Task, "prices.clean")), ("n1", Id(ResourceType.Task, "prices.train"))];

    private static Identifier Workflow { get; } = Id(ResourceType.Workflow, "prices.nightly");

    private static Identifier LaunchPlan { get; } = Id(ResourceType.LaunchPlan, "prices.nightly");

    /// <summary>Registers everything and activates the launch plan; says each thing as it is done.</summary>
    public async Task RegisterAsync(Action<string, string> done, CancellationToken cancellationToken)
    {
        await admin.RegisterProjectAsync(
            new()
            {
                Project = new() { Id = Project, Name = Project },
            },
            cancellationToken
        );
        done("project", Project);
        foreach (var (_, task) in Nodes)
        {
            await admin.CreateTaskAsync(
                new()
                {
                    Id = task,
                    Spec = new() { Template = Template(task) },
                },
                cancellationToken
            );
            done("task", task.Name);
        }
        await admin.CreateWorkflowAsync(
            new()
            {
                Id = Workflow,
                Spec = new() { Template = Template() },
            },
            cancellationToken
        );
        done("workflow", Workflow.Name);
        await admin.CreateLaunchPlanAsync(new() { Id = LaunchPlan, Spec = LaunchPlanSpec() }, cancellationToken);
        await admin.UpdateLaunchPlanAsync(new() { Id = LaunchPlan, State = LaunchPlanState.Active }, cancellationToken);
        done("launch plan", $"{LaunchPlan.Name}, active");
    }

    /// <summary>Starts an execution of the launch plan.</summary>
    public async Task<WorkflowExecutionIdentifier> StartAsync(string name, CancellationToken cancellationToken)
    {
        var request = new ExecutionCreateRequest
        {
            Project = Project,
            Domain = Domain,
            Name = name,
            Spec = new ExecutionSpec
            {
                LaunchPlan = LaunchPlan,
                Metadata = new ExecutionMetadata { Mode = ExecutionMetadata.Types.ExecutionMode.Manual, Principal = "demo" },
            },
        };
        return (await admin.CreateExecutionAsync(request, cancellationToken)).Id;
    }

    private static LaunchPlanSpec LaunchPlanSpec()
    {
        var everyEnd = new Notification { Email = new EmailNotification { RecipientsEmail = { Team } } };
        everyEnd.Phases.Add([WorkflowPhase.Succeeded, WorkflowPhase.Failed, WorkflowPhase.Aborted]);
        var badEnds = new Notification { Email = new EmailNotification { RecipientsEmail = { OnCall } } };
        badEnds.Phases.Add([WorkflowPhase.Failed, WorkflowPhase.Aborted]);
        return new LaunchPlanSpec
        {
            WorkflowId = Workflow,
            EntityMetadata = new LaunchPlanMetadata { Notifications = { everyEnd, badEnds } },
            DefaultInputs = new ParameterMap(),
            FixedInputs = new LiteralMap(),
        };
    }

    private static WorkflowTemplate Template()
    {
        var template = new WorkflowTemplate { Id = Workflow, Interface = new TypedInterface() };
        string? before = null;
        foreach (var (name, task) in Nodes)
        {
            var node = new Node
            {
                Id = name,
                Metadata = new NodeMetadata { Name = task.Name },
                TaskNode = new TaskNode { ReferenceId = task },
            };
            if (before is not null)
                node.UpstreamNodeIds.Add(before);
            template.Nodes.Add(node);
            before = name;
        }
        return template;
    }

    private static TaskTemplate Template(Identifier task) =>
        new()
        {
            Id = task,
            Type = "python-task",
            Interface = new TypedInterface(),
            Metadata = new TaskMetadata
            {
                Runtime = new RuntimeMetadata
                {
                    Type = RuntimeMetadata.Types.RuntimeType.FlyteSdk,
                    Version = "1.16.0",
                    Flavor = "python",
                },
            },
            Container = new Container { Image = "example.com/prices:v1", Args = { "pyflyte-execute", task.Name } },
        };

    private static Identifier Id(ResourceType type, string name) =>
        new()
        {
            ResourceType = type,
            Project = Project,
            Domain = Domain,
            Name = name,
            Version = Version,
        };
}
