using Flyteidl.Admin;
using Flyteidl.Core;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;
using Transponder.Core.Store;

namespace Transponder.Core.Executions;

/// <summary>Executions, node executions and task executions as they stand.</summary>
public sealed class ExecutionReader
{
    private const int LargestPage = 10_000;

    private readonly IExecutionStore store;

    /// <summary>Makes a reader.</summary>
    /// <param name="store">Where executions are kept.</param>
    public ExecutionReader(IExecutionStore store)
    {
        this.store = store;
    }

    /// <summary>An execution.</summary>
    /// <param name="request">Its identifier.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Execution> GetAsync(WorkflowExecutionGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id);
        var key = ExecutionKey.From(request.Id);
        return Present(await store.GetAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("execution", key));
    }

    /// <summary>A page of a project-domain's executions; error messages are cut to 100 characters.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<ExecutionList> ListAsync(ResourceListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = Query(request);
        var rows = await store.ListAsync(query, cancellationToken);
        return new ExecutionList { Executions = { rows.Select(r => Listed(Present(r))) }, Token = Next(query, rows) };
    }

    /// <summary>A node execution.</summary>
    /// <param name="request">Its identifier.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Flyteidl.Admin.NodeExecution> GetNodeAsync(NodeExecutionGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.Id);
        var key = NodeKey.From(request.Id);
        var row = await store.GetNodeAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("node execution", key);
        return RecordBody.Node(row.Body);
    }

    /// <summary>One attempt of a task execution.</summary>
    /// <param name="request">Its identifier; the task's resource type may be left out.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<Flyteidl.Admin.TaskExecution> GetTaskAsync(TaskExecutionGetRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Id is null)
            throw IdentifierRules.Missing("id");
        IdentifierRules.Require(request.Id.NodeExecutionId, "id.node_execution_id");
        IdentifierRules.RequireImplied(request.Id.TaskId, ResourceType.Task);
        var key = TaskKey.From(request.Id);
        var row = await store.GetTaskAsync(key, cancellationToken) ?? throw IdentifierRules.NotFound("task execution", key);
        return RecordBody.Task(row.Body);
    }

    private static ExecutionQuery Query(ResourceListRequest request)
    {
        if (request.Id is null)
            throw IdentifierRules.Missing("id");
        IdentifierRules.Require(request.Id.Project, "id.project");
        IdentifierRules.Require(request.Id.Domain, "id.domain");
        if (request.Limit == 0)
            throw IdentifierRules.Invalid("invalid value for limit: it must be above 0");
        var after = ExecutionCursor.Parse(request.Token);
        var sort = request.SortBy is { Key.Length: > 0 } asked ? asked : null;
        ExecutionColumn? sortBy = sort is null ? null : ExecutionFilters.SortColumn(sort.Key);
        if (after is not null && !ByCreation(sortBy))
            throw IdentifierRules.Invalid($"invalid pagination token {request.Token}: it belongs to a list in another order");
        var filters = ExecutionFilters.Parse(request.Filters);
        if (request.Id.Name.Length > 0)
            filters = [.. filters, new ExecutionFilter(ExecutionColumn.Name, FilterFunction.Eq, [request.Id.Name])];
        return new ExecutionQuery
        {
            Project = request.Id.Project,
            Domain = request.Id.Domain,
            Filters = filters,
            SortBy = sortBy,
            Descending = sort is null || sort.Direction == Sort.Types.Direction.Descending,
            After = after,
            Offset = after is null ? PageToken.Parse(request.Token) : 0,
            Limit = (int)Math.Min(request.Limit, LargestPage),
        };
    }

    private static string Next(ExecutionQuery query, IReadOnlyList<ExecutionRecord> page)
    {
        if (!ByCreation(query.SortBy))
            return PageToken.After(query.Offset, page.Count, query.Limit);
        return page.Count == query.Limit ? ExecutionCursor.After(page[^1]) : "";
    }

    private static bool ByCreation(ExecutionColumn? sortBy) => sortBy is null or ExecutionColumn.CreatedAt;

    private static Execution Present(ExecutionRecord record)
    {
        var spec = ExecutionSpec.Parser.ParseFrom(record.Spec);
        if (record.Cluster.Length > 0)
        {
            spec.Metadata ??= new ExecutionMetadata();
            spec.Metadata.SystemMetadata ??= new SystemMetadata();
            spec.Metadata.SystemMetadata.ExecutionCluster = record.Cluster;
        }
        var closure = ExecutionClosure.Parser.ParseFrom(record.Closure);
        closure.Phase = record.Phase;
        return new Execution
        {
            Id = record.Key.ToIdentifier(),
            Spec = spec,
            Closure = closure,
        };
    }

    private static Execution Listed(Execution execution)
    {
        ErrorText.Cut(execution.Closure.Error);
        return execution;
    }
}
