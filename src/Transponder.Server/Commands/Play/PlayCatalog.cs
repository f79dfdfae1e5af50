using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Client;
using Transponder.Protocol;
using Task = System.Threading.Tasks.Task;
using WorkflowPhase = Flyteidl.Core.WorkflowExecution.Types.Phase;

namespace Transponder.Server.Commands.Play;

/// <summary>What is played: tasks, one workflow for each shape, and their launch plans. The version names the content, so that registering again is harmless.</summary>
internal sealed class PlayCatalog
{
    private static readonly string[] TaskNames = ["extract", "clean", "train", "score", "report"];

    private readonly PlayOptions options;
    private readonly string version;

    public PlayCatalog(PlayOptions options)
    {
        this.options = options;
        version = $"play-{StableHash(string.Join('\n', options.Notify)):x8}";
    }

    /// <summary>One of the tasks.</summary>
    public Identifier Task(int index) => Id(ResourceType.Task, $"play.{TaskNames[index % TaskNames.Length]}");

    /// <summary>The map task.</summary>
    public Identifier MapTask => Id(ResourceType.Task, "play.map_prices");

    /// <summary>The workflow of a shape.</summary>
    public Identifier Workflow(PlayShape shape) => Id(ResourceType.Workflow, $"play.{Name(shape)}");

    /// <summary>The workflow within another.</summary>
    public Identifier Inner => Id(ResourceType.Workflow, "play.inner");

    /// <summary>The launch plan of a shape.</summary>
    public Identifier LaunchPlan(PlayShape shape) => options.LaunchPlan ?? Id(ResourceType.LaunchPlan, $"play.{Name(shape)}");

    /// <summary>The shape's name on the command line.</summary>
    public static string Name(PlayShape shape) => shape.ToString().ToLowerInvariant();

    /// <summary>Registers all that the shapes need; what is there already stays.</summary>
    public async Task RegisterAsync(AdminClient admin, IEnumerable<PlayShape> shapes, CancellationToken cancellationToken)
    {
        await ProjectAsync(admin, cancellationToken);
        foreach (var task in TaskNames.Select((_, index) => Task(index)).Append(MapTask))
            await OnceAsync(
                admin.CreateTaskAsync(
                    new()
                    {
                        Id = task,
                        Spec = new() { Template = Template(task) },
                    },
                    cancellationToken
                )
            );
        // The launch plan's workflow starts an execution of the linear one.
        foreach (var shape in shapes.Contains(PlayShape.LaunchPlan) ? shapes.Prepend(PlayShape.Linear).Distinct() : shapes)
        {
            await OnceAsync(admin.CreateWorkflowAsync(new() { Id = Workflow(shape), Spec = Spec(shape) }, cancellationToken));
            var plan = Id(ResourceType.LaunchPlan, $"play.{Name(shape)}");
            await OnceAsync(admin.CreateLaunchPlanAsync(new() { Id = plan, Spec = Plan(shape) }, cancellationToken));
            await admin.UpdateLaunchPlanAsync(new() { Id = plan, State = LaunchPlanState.Active }, cancellationToken);
        }
    }

    private async Task ProjectAsync(AdminClient admin, CancellationToken cancellationToken)
    {
        var project = new Project { Id = options.Project, Name = options.Project };
        try
        {
            await OnceAsync(admin.RegisterProjectAsync(new() { Project = project }, cancellationToken));
        }
        catch (RpcException failure) when (failure.Code == StatusCode.PermissionDenied)
        {
            // Whoever may not register projects may play in one that is there; the next call tells if it is not.
        }
    }

    private static async Task OnceAsync(Task registration)
    {
        try
        {
            await registration;
        }
        catch (RpcException failure) when (failure.Code == StatusCode.AlreadyExists)
        {
            // Registered by an earlier run.
        }
    }

    private WorkflowSpec Spec(PlayShape shape)
    {
        var template = new WorkflowTemplate { Id = Workflow(shape), Interface = new TypedInterface() };
        var spec = new WorkflowSpec { Template = template };
        switch (shape)
        {
            case PlayShape.Diamond:
                template.Nodes.Add([Node("n0", 0), Node("n1", 1, "n0"), Node("n2", 2, "n0"), Node("n3", 3, "n1", "n2")]);
                break;
            case PlayShape.Map:
                template.Nodes.Add([
                    new()
                    {
                        Id = "n0",
                        TaskNode = new() { ReferenceId = MapTask },
                    },
                    Node("n1", 4, "n0"),
                ]);
                break;
            case PlayShape.Subworkflow:
                var inner = new WorkflowTemplate { Id = Inner, Interface = new TypedInterface() };
                inner.Nodes.Add([Node("n0", 1), Node("n1", 2, "n0")]);
                spec.SubWorkflows.Add(inner);
                template.Nodes.Add([
                    new()
                    {
                        Id = "n0",
                        WorkflowNode = new() { SubWorkflowRef = Inner },
                    },
                    Node("n1", 4, "n0"),
                ]);
                break;
            case PlayShape.Dynamic:
                template.Nodes.Add([Node("n0", 0)]);
                break;
            case PlayShape.LaunchPlan:
                var child = Id(ResourceType.LaunchPlan, $"play.{Name(PlayShape.Linear)}");
                template.Nodes.Add([
                    new()
                    {
                        Id = "n0",
                        WorkflowNode = new() { LaunchplanRef = child },
                    },
                    Node("n1", 4, "n0"),
                ]);
                break;
            default:
                template.Nodes.Add([Node("n0", 0), Node("n1", 1, "n0"), Node("n2", 2, "n1")]);
                break;
        }

        return spec;
    }

    private Node Node(string id, int task, params string[] upstream) =>
        new()
        {
            Id = id,
            Metadata = new NodeMetadata { Name = Task(task).Name },
            TaskNode = new TaskNode { ReferenceId = Task(task) },
            UpstreamNodeIds = { upstream },
        };

    private LaunchPlanSpec Plan(PlayShape shape)
    {
        var spec = new LaunchPlanSpec
        {
            WorkflowId = Workflow(shape),
            EntityMetadata = new LaunchPlanMetadata(),
            DefaultInputs = new ParameterMap(),
            FixedInputs = new LiteralMap(),
        };
        if (options.Notify.Count > 0)
        {
            var notification = new Notification { Email = new EmailNotification { RecipientsEmail = { options.Notify } } };
            notification.Phases.Add([WorkflowPhase.Succeeded, WorkflowPhase.Failed, WorkflowPhase.Aborted]);
            spec.EntityMetadata.Notifications.Add(notification);
        }

        return spec;
    }

    private TaskTemplate Template(Identifier task) =>
        new()
        {
            Id = task,
            Type = task.Name == MapTask.Name ? PlayScript.MapTaskType : "python-task",
            Interface = new TypedInterface(),
            Metadata = new TaskMetadata
            {
                Runtime = new RuntimeMetadata
                {
                    Type = RuntimeMetadata.Types.RuntimeType.FlyteSdk,
                    Version = "1.16.0",
                    Flavor = "python",
                },
                Retries = new RetryStrategy { Retries = 3 },
            },
            Container = new Container { Image = "example.com/play:v1", Args = { "pyflyte-execute", task.Name } },
        };

    private Identifier Id(ResourceType type, string name) =>
        new()
        {
            ResourceType = type,
            Project = options.Project,
            Domain = options.Domain,
            Name = name,
            Version = version,
        };

    private static uint StableHash(string text) => text.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u);
}
