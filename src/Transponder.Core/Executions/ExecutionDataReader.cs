using System.Globalization;
using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Store;

namespace Transponder.Core.Executions;

/// <summary>
/// Inputs and outputs. What is kept here is answered as literals; what producers left in a blob store as the URL that they reported.
/// </summary>
public sealed class ExecutionDataReader
{
    private readonly IExecutionStore store;

    /// <summary>Makes a reader.</summary>
    /// <param name="store">Where executions are kept.</param>
    public ExecutionDataReader(IExecutionStore store)
    {
        this.store = store;
    }

    /// <summary>An execution's inputs and outputs.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<WorkflowExecutionGetDataResponse> OfExecutionAsync(
        WorkflowExecutionGetDataRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id);
        var key = ExecutionKey.From(request.Id);
        var record = await store.GetAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("execution", key);
        var closure = ExecutionClosure.Parser.ParseFrom(record.Closure);
        return new WorkflowExecutionGetDataResponse
        {
            Inputs = new UrlBlob(),
            FullInputs = LiteralMap.Parser.ParseFrom(record.Inputs),
            Outputs = new UrlBlob { Url = closure.Outputs?.Uri ?? "" },
            FullOutputs = closure.Outputs?.Values ?? closure.OutputData ?? new LiteralMap(),
        };
    }

    /// <summary>A node's inputs and outputs, and the workflow that it made if it is dynamic.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<NodeExecutionGetDataResponse> OfNodeAsync(NodeExecutionGetDataRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id);
        var key = NodeKey.From(request.Id);
        var row = await store.GetNodeAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("node execution", key);
        var node = RecordBody.Node(row.Body);
        var workflow = await WorkflowAsync(key, cancellationToken);
        var deck = node.Closure.DeckUri.Length > 0;
        return new NodeExecutionGetDataResponse
        {
            Inputs = new UrlBlob { Url = node.InputUri },
            FullInputs = RecordBody.Extras(row.Body).Inputs ?? new LiteralMap(),
            Outputs = new UrlBlob { Url = node.Closure.OutputUri },
            FullOutputs = node.Closure.OutputData ?? new LiteralMap(),
            FlyteUrls = Urls($"{key.Execution}/{key.NodeId}", deck),
            DynamicWorkflow = workflow is null
                ? null
                : new DynamicWorkflowNodeMetadata
                {
                    Id = workflow.Primary?.Template?.Id,
                    CompiledWorkflow = workflow,
                    DynamicJobSpecUri = node.Closure.DynamicJobSpecUri,
                },
        };
    }

    /// <summary>A task attempt's inputs and outputs.</summary>
    /// <param name="request">Which; the task's resource type may be left out.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<TaskExecutionGetDataResponse> OfTaskAsync(TaskExecutionGetDataRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Id is null)
            throw IdentifierRules.Missing("id");
        IdentifierRules.Require(request.Id.NodeExecutionId, "id.node_execution_id");
        IdentifierRules.RequireImplied(request.Id.TaskId, ResourceType.Task);
        var key = TaskKey.From(request.Id);
        var row = await store.GetTaskAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("task execution", key);
        var task = RecordBody.Task(row.Body);
        var attempt = key.RetryAttempt.ToString(CultureInfo.InvariantCulture);
        return new TaskExecutionGetDataResponse
        {
            Inputs = new UrlBlob { Url = task.InputUri },
            FullInputs = RecordBody.Extras(row.Body).Inputs ?? new LiteralMap(),
            Outputs = new UrlBlob { Url = task.Closure.OutputUri },
            FullOutputs = task.Closure.OutputData ?? new LiteralMap(),
            FlyteUrls = Urls($"{key.Node.Execution}/{key.Node.NodeId}/{attempt}", deck: false),
        };
    }

    /// <summary>The workflow that a dynamic node made.</summary>
    /// <param name="request">The node.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<DynamicNodeWorkflowResponse> DynamicWorkflowAsync(
        GetDynamicNodeWorkflowRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id);
        var key = NodeKey.From(request.Id);
        if (await store.GetNodeAsync(key, cancellationToken) is null)
            throw IdentifierRules.NotFound("node execution", key);
        return new DynamicNodeWorkflowResponse
        {
            CompiledWorkflow = await WorkflowAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("dynamic workflow", key),
        };
    }

    private async Task<CompiledWorkflowClosure?> WorkflowAsync(NodeKey key, CancellationToken cancellationToken) =>
        await store.GetNodeWorkflowAsync(key, cancellationToken) is { } body ? CompiledWorkflowClosure.Parser.ParseFrom(body) : null;

    private static FlyteURLs Urls(string path, bool deck) =>
        new()
        {
            Inputs = $"flyte://v1/{path}/i",
            Outputs = $"flyte://v1/{path}/o",
            Deck = deck ? $"flyte://v1/{path}/d" : "",
        };
}
