using Flyteidl.Admin;
using Flyteidl.Core;
using Google.Protobuf;
using Transponder.Tests.Rig;
using Xunit;
using NodeExecution = Flyteidl.Admin.NodeExecution;
using Task = System.Threading.Tasks.Task;
using TaskExecution = Flyteidl.Admin.TaskExecution;

namespace Transponder.Tests.Scenarios;

/// <summary>All that a platform does with one failing execution, from the project's registration to reading everything back.</summary>
public static class WholePath
{
    private const string Run = "run";
    private const string Ids = $"{Platform.Project}/{Platform.Domain}";

    private static TaskExecutionIdentifier Attempt => new() { NodeExecutionId = Platform.Node(Run), TaskId = Platform.TaskId };

    /// <summary>The calls that look into an execution.</summary>
    private static IReadOnlyList<Step> Parts =>
        [
            new(
                "ListNodeExecutions",
                $"GET node_executions/{Ids}/{Run}?limit=10",
                new NodeExecutionListRequest { WorkflowExecutionId = Platform.Execution(Run), Limit = 10 }
            ),
            new(
                "ListTaskExecutions",
                $"GET task_executions/{Ids}/{Run}/n0?limit=10",
                new TaskExecutionListRequest { NodeExecutionId = Platform.Node(Run), Limit = 10 }
            ),
            new(
                "ListNodeExecutionsForTask",
                $"GET children/task_executions/{Ids}/{Run}/n0/{Ids}/train/v1/0?limit=10",
                new NodeExecutionForTaskListRequest { TaskExecutionId = Attempt, Limit = 10 }
            ),
            new(
                "GetExecutionData",
                $"GET data/executions/{Ids}/{Run}",
                new WorkflowExecutionGetDataRequest { Id = Platform.Execution(Run) }
            ),
            new(
                "GetNodeExecutionData",
                $"GET data/node_executions/{Ids}/{Run}/n0",
                new NodeExecutionGetDataRequest { Id = Platform.Node(Run) }
            ),
            new(
                "GetTaskExecutionData",
                $"GET data/task_executions/{Ids}/{Run}/n0/{Ids}/train/v1/0",
                new TaskExecutionGetDataRequest { Id = Attempt }
            ),
            new(
                "GetExecutionMetrics",
                $"GET metrics/executions/{Ids}/{Run}?depth=10",
                new WorkflowExecutionGetMetricsRequest { Id = Platform.Execution(Run), Depth = 10 }
            ),
        ];

    /// <summary>The calls, in the order in which flytekit and flytepropeller make them.</summary>
    public static IReadOnlyList<Step> Steps { get; } =
    [
        .. Platform.Registration(Platform.Notify([WorkflowPhase.Failed], "a@example.com", "hook")),
        new("GetActiveLaunchPlan", $"GET active_launch_plans/{Ids}/nightly", new ActiveLaunchPlanRequest { Id = NameOf(Platform.PlanId) }),
        Platform.Creation(Run),
        Platform.Sending(Platform.Event(Run, WorkflowPhase.Running)),
        Platform.Sending(Platform.NodeEvent(Run, NodePhase.Queued)),
        Platform.Sending(Platform.NodeEvent(Run, NodePhase.Running)),
        Platform.Sending(Platform.TaskEvent(Run, TaskPhase.Running)),
        Platform.Sending(Platform.TaskEvent(Run, TaskPhase.Failed)),
        Platform.Sending(Platform.NodeEvent(Run, NodePhase.Failed)),
        Platform.Sending(Platform.Event(Run, WorkflowPhase.Failing)),
        Platform.Sending(Platform.Event(Run, WorkflowPhase.Failed, "boom")),
        new("GetExecution", $"GET executions/{Ids}/{Run}", new WorkflowExecutionGetRequest { Id = Platform.Execution(Run) }),
        new("GetNodeExecution", $"GET node_executions/{Ids}/{Run}/n0", new NodeExecutionGetRequest { Id = Platform.Node(Run) }),
        new("GetTaskExecution", $"GET task_executions/{Ids}/{Run}/n0/{Ids}/train/v1/0", new TaskExecutionGetRequest { Id = Attempt }),
        new("GetWorkflow", $"GET workflows/{Ids}/nightly/v1", new ObjectGetRequest { Id = Platform.WorkflowId }),
        new(
            "ListExecutions",
            $"GET executions/{Ids}?limit=10",
            new ResourceListRequest
            {
                Id = new() { Project = Platform.Project, Domain = Platform.Domain },
                Limit = 10,
            }
        ),
        .. Parts,
        new(
            "UpdateExecution",
            $"PUT executions/{Ids}/{Run}",
            new ExecutionUpdateRequest { Id = Platform.Execution(Run), State = ExecutionState.ExecutionArchived }
        ),
        new(
            "RelaunchExecution",
            "POST executions/relaunch",
            new ExecutionRelaunchRequest
            {
                Id = Platform.Execution(Run),
                Name = "again",
                OverwriteCache = true,
            }
        ),
        new(
            "RecoverExecution",
            "POST executions/recover",
            new ExecutionRecoverRequest { Id = Platform.Execution(Run), Name = "recovered" }
        ),
    ];

    /// <summary>The whole server with mail and a webhook.</summary>
    public static Task<ScenarioServer> ServeAsync(AiosmtpdServer mail, WebhookReceiver receiver) =>
        ScenarioServer.StartAsync(ScenarioConfig.Mail(mail.Port) + ScenarioConfig.Channels(("hook", receiver.Url)));

    /// <summary>Every call was answered OK, and what was read is what was sent.</summary>
    public static void AssertAnswers(IReadOnlyList<Answer> answers)
    {
        Assert.All(Steps.Zip(answers), pair => Assert.True(pair.Second.Code == 0, $"{pair.First.Method}: {pair.Second.Message}"));
        var by = Steps.Zip(answers).ToLookup(pair => pair.First.Method, pair => pair.Second);

        Assert.Equal(LaunchPlanState.Active, by["GetActiveLaunchPlan"].Single().Read<LaunchPlan>().Closure.State);
        var execution = by["GetExecution"].Single().Read<Execution>();
        Assert.Equal((WorkflowPhase.Failed, "boom"), (execution.Closure.Phase, execution.Closure.Error.Message));
        Assert.Equal(Platform.WorkflowId, execution.Closure.WorkflowId);
        Assert.Equal(["a@example.com", "hook"], execution.Closure.Notifications.Single().Email.RecipientsEmail);
        Assert.NotNull(execution.Closure.Duration);
        Assert.Equal(NodePhase.Failed, by["GetNodeExecution"].Single().Read<NodeExecution>().Closure.Phase);
        Assert.Equal(TaskPhase.Failed, by["GetTaskExecution"].Single().Read<TaskExecution>().Closure.Phase);
        Assert.Equal(execution.Id, by["ListExecutions"].Single().Read<ExecutionList>().Executions.Single().Id);
        AssertParts(by);
        AssertCompiled(by["GetWorkflow"].Single().Read<Workflow>().Closure.CompiledWorkflow);
    }

    /// <summary>The mail and the webhook call that the launch plan asked for arrive, once each.</summary>
    public static async Task AssertArrivalsAsync(AiosmtpdServer mail, WebhookReceiver receiver)
    {
        var call = Assert.Single(await receiver.ReceivedAsync(1));
        Assert.Equal("boom", call.Json.GetProperty("execution").GetProperty("error").GetProperty("message").GetString());
        await Eventually.TrueAsync(() => mail.Mails().Count > 0, "the mail");
        Assert.Equal(["a@example.com"], Assert.Single(mail.Mails()).To);
    }

    private static void AssertParts(ILookup<string, Answer> by)
    {
        Assert.Equal("n0", by["ListNodeExecutions"].Single().Read<NodeExecutionList>().NodeExecutions.Single().Id.NodeId);
        Assert.Equal(TaskPhase.Failed, by["ListTaskExecutions"].Single().Read<TaskExecutionList>().TaskExecutions.Single().Closure.Phase);
        Assert.Empty(by["ListNodeExecutionsForTask"].Single().Read<NodeExecutionList>().NodeExecutions);
        Assert.NotNull(by["GetExecutionData"].Single().Read<WorkflowExecutionGetDataResponse>().FullInputs);
        var urls = by["GetNodeExecutionData"].Single().Read<NodeExecutionGetDataResponse>().FlyteUrls;
        Assert.Equal($"flyte://v1/{Ids}/{Run}/n0/i", urls.Inputs);
        Assert.Equal(
            $"flyte://v1/{Ids}/{Run}/n0/0/o",
            by["GetTaskExecutionData"].Single().Read<TaskExecutionGetDataResponse>().FlyteUrls.Outputs
        );
        var span = by["GetExecutionMetrics"].Single().Read<WorkflowExecutionGetMetricsResponse>().Span;
        Assert.Equal(["WORKFLOW_SETUP", "", "WORKFLOW_TEARDOWN"], span.Spans.Select(part => part.OperationId));
        Assert.Equal("again", by["RelaunchExecution"].Single().Read<ExecutionCreateResponse>().Id.Name);
        Assert.Equal("recovered", by["RecoverExecution"].Single().Read<ExecutionCreateResponse>().Id.Name);
    }

    private static void AssertCompiled(CompiledWorkflowClosure compiled)
    {
        Assert.Equal(
            ["end-node", "n0", "start-node"],
            compiled.Primary.Template.Nodes.Select(node => node.Id).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["n0"], compiled.Primary.Connections.Downstream["start-node"].Ids);
        Assert.Equal(["n0"], compiled.Primary.Connections.Upstream["end-node"].Ids);
        Assert.Equal(Platform.TaskId, compiled.Tasks.Single().Template.Id);
    }

    private static NamedEntityIdentifier NameOf(Identifier id) =>
        new()
        {
            Project = id.Project,
            Domain = id.Domain,
            Name = id.Name,
        };
}
