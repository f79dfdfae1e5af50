using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;
using Transponder.Core.Store;
using Transponder.V1;
using NodeExecution = Flyteidl.Admin.NodeExecution;

namespace Transponder.Core.Executions;

/// <summary>Lists of node executions: those at the top of an execution, below a node, or yielded by a task. By creation unless another order is asked for.</summary>
public sealed class NodeExecutionLists
{
    private static readonly ListFields<NodeColumn> Fields = new ListFields<NodeColumn>("node executions", "node_execution")
        .Add("node_id", NodeColumn.NodeId)
        .Add("phase", NodeColumn.Phase, Phases.Name(Flyteidl.Core.NodeExecution.Descriptor))
        .Add("created_at", NodeColumn.CreatedAt, FieldValue.Moment)
        .Add("node_execution_created_at", NodeColumn.CreatedAt, FieldValue.Moment)
        .Add("updated_at", NodeColumn.UpdatedAt, FieldValue.Moment)
        .Add("node_execution_updated_at", NodeColumn.UpdatedAt, FieldValue.Moment)
        .Add("started_at", NodeColumn.StartedAt, FieldValue.Moment)
        .Add("duration", NodeColumn.Duration, FieldValue.Microseconds)
        .Add("error_kind", NodeColumn.ErrorKind)
        .Add("error_code", NodeColumn.ErrorCode)
        .Add("cache_status", NodeColumn.CacheStatus)
        .Add("input_uri", NodeColumn.InputUri)
        .Add("execution_project", NodeColumn.Project)
        .Add("execution_domain", NodeColumn.Domain)
        .Add("execution_name", NodeColumn.ExecutionName);

    private static readonly RowList<NodeExecution, NodeColumn> Rows = new(Value, node => node.Id.NodeId);

    private readonly IExecutionStore store;

    /// <summary>Makes the lists.</summary>
    /// <param name="store">Where executions are kept.</param>
    public NodeExecutionLists(IExecutionStore store)
    {
        this.store = store;
    }

    private enum NodeColumn
    {
        NodeId,
        Phase,
        CreatedAt,
        UpdatedAt,
        StartedAt,
        Duration,
        ErrorKind,
        ErrorCode,
        CacheStatus,
        InputUri,
        Project,
        Domain,
        ExecutionName,
    }

    /// <summary>A page of an execution's nodes: without <c>unique_parent_id</c> those that have no parent, else that node's children.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<NodeExecutionList> ListAsync(NodeExecutionListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.WorkflowExecutionId, "workflow_execution_id");
        IdentifierRules.CheckText(request.UniqueParentId, "unique_parent_id");
        var question = new Question(request.Filters, request.SortBy, request.Limit, request.Token);
        var execution = ExecutionKey.From(request.WorkflowExecutionId);
        var parent = new NodeKey(execution, request.UniqueParentId);
        if (parent.NodeId.Length > 0 && await store.GetNodeAsync(parent, cancellationToken) is null)
            throw IdentifierRules.NotFound("node execution", parent);
        return await PageAsync(
            execution,
            extras => extras.ParentNodeId == parent.NodeId && (parent.NodeId.Length > 0 || extras.ParentTask is null),
            question,
            cancellationToken
        );
    }

    /// <summary>A page of the nodes that one attempt of a task yielded.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<NodeExecutionList> ListForTaskAsync(NodeExecutionForTaskListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.TaskExecutionId is null)
            throw IdentifierRules.Missing("task_execution_id");
        IdentifierRules.Require(request.TaskExecutionId.NodeExecutionId, "task_execution_id.node_execution_id");
        IdentifierRules.RequireImplied(request.TaskExecutionId.TaskId, ResourceType.Task);
        var question = new Question(request.Filters, request.SortBy, request.Limit, request.Token);
        var task = TaskKey.From(request.TaskExecutionId);
        if (await store.GetTaskAsync(task, cancellationToken) is null)
            throw IdentifierRules.NotFound("task execution", task);
        return await PageAsync(
            task.Node.Execution,
            extras => extras.ParentTask is { } parent && TaskKey.From(parent) == task,
            question,
            cancellationToken
        );
    }

    private async Task<NodeExecutionList> PageAsync(
        ExecutionKey execution,
        Func<RecordExtras, bool> belongs,
        Question question,
        CancellationToken cancellationToken
    )
    {
        var stored = await store.ListNodesAsync(execution, cancellationToken);
        var nodes = stored.Where(row => belongs(RecordBody.Extras(row.Body))).Select(row => RecordBody.Node(row.Body));
        var list = new NodeExecutionList { NodeExecutions = { Rows.Page(nodes, question.Filters, question.Sort, question.Page) } };
        foreach (var node in list.NodeExecutions)
            ErrorText.Cut(node.Closure.Error);
        list.Token = question.Page.Next(list.NodeExecutions.Count);
        return list;
    }

    private static object? Value(NodeExecution node, NodeColumn column) =>
        column switch
        {
            NodeColumn.NodeId => node.Id.NodeId,
            NodeColumn.Phase => node.Closure.Phase.ToText(),
            NodeColumn.CreatedAt => node.Closure.CreatedAt?.ToDateTimeOffset(),
            NodeColumn.UpdatedAt => node.Closure.UpdatedAt?.ToDateTimeOffset(),
            NodeColumn.StartedAt => node.Closure.StartedAt?.ToDateTimeOffset(),
            NodeColumn.Duration => node.Closure.Duration is { } span ? span.ToTimeSpan().Ticks / TimeSpan.TicksPerMicrosecond : null,
            NodeColumn.ErrorKind => ErrorText.Kind(node.Closure.Error),
            NodeColumn.ErrorCode => node.Closure.Error?.Code,
            NodeColumn.CacheStatus => node.Closure.TaskNodeMetadata is { } task ? CatalogStatus(task.CacheStatus) : null,
            NodeColumn.InputUri => node.InputUri,
            NodeColumn.Project => node.Id.ExecutionId.Project,
            NodeColumn.Domain => node.Id.ExecutionId.Domain,
            NodeColumn.ExecutionName => node.Id.ExecutionId.Name,
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };

    private static string? CatalogStatus(CatalogCacheStatus status) =>
        CatalogReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(CatalogCacheStatus)).FindValueByNumber((int)status)?.Name;

    private sealed record Question(IReadOnlyList<ListFilter<NodeColumn>> Filters, ListSort<NodeColumn> Sort, ListPage Page)
    {
        public Question(string filters, Sort? sort, uint limit, string token)
            : this(
                Fields.Filters(filters),
                Fields.Sort(sort, new ListSort<NodeColumn>(NodeColumn.CreatedAt, Descending: false)),
                ListPage.Of(limit, token)
            ) { }
    }
}
