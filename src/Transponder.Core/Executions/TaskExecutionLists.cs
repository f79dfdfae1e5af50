using System.Globalization;
using Flyteidl.Admin;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;
using Transponder.Core.Store;
using TaskExecution = Flyteidl.Admin.TaskExecution;

namespace Transponder.Core.Executions;

/// <summary>Lists of the task executions of a node; by creation unless another order is asked for.</summary>
public sealed class TaskExecutionLists
{
    private static readonly ListFields<TaskColumn> Fields = new ListFields<TaskColumn>("task executions", "task_execution")
        .Add("phase", TaskColumn.Phase, Phases.Name(Flyteidl.Core.TaskExecution.Descriptor))
        .Add("phase_version", TaskColumn.PhaseVersion, FieldValue.Number)
        .Add("retry_attempt", TaskColumn.RetryAttempt, FieldValue.Number)
        .Add("node_id", TaskColumn.NodeId)
        .Add("created_at", TaskColumn.CreatedAt, FieldValue.Moment)
        .Add("task_execution_created_at", TaskColumn.CreatedAt, FieldValue.Moment)
        .Add("updated_at", TaskColumn.UpdatedAt, FieldValue.Moment)
        .Add("task_execution_updated_at", TaskColumn.UpdatedAt, FieldValue.Moment)
        .Add("started_at", TaskColumn.StartedAt, FieldValue.Moment)
        .Add("duration", TaskColumn.Duration, FieldValue.Microseconds)
        .Add("input_uri", TaskColumn.InputUri)
        .Add("project", TaskColumn.Project)
        .Add("domain", TaskColumn.Domain)
        .Add("name", TaskColumn.Name)
        .Add("version", TaskColumn.Version)
        .Add("task.project", TaskColumn.Project)
        .Add("task.domain", TaskColumn.Domain)
        .Add("task.name", TaskColumn.Name)
        .Add("task.version", TaskColumn.Version)
        .Add("execution_project", TaskColumn.ExecutionProject)
        .Add("execution_domain", TaskColumn.ExecutionDomain)
        .Add("execution_name", TaskColumn.ExecutionName);

    private static readonly RowList<Row, TaskColumn> Rows = new(Value, Name);

    private readonly IExecutionStore store;

    /// <summary>Makes the lists.</summary>
    /// <param name="store">Where executions are kept.</param>
    public TaskExecutionLists(IExecutionStore store)
    {
        this.store = store;
    }

    private enum TaskColumn
    {
        Phase,
        PhaseVersion,
        RetryAttempt,
        NodeId,
        CreatedAt,
        UpdatedAt,
        StartedAt,
        Duration,
        InputUri,
        Project,
        Domain,
        Name,
        Version,
        ExecutionProject,
        ExecutionDomain,
        ExecutionName,
    }

    /// <summary>A page of a node's task executions.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<TaskExecutionList> ListAsync(TaskExecutionListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        IdentifierRules.Require(request.NodeExecutionId, "node_execution_id");
        var filters = Fields.Filters(request.Filters);
        var sort = Fields.Sort(request.SortBy, new ListSort<TaskColumn>(TaskColumn.CreatedAt, Descending: false));
        var page = ListPage.Of(request.Limit, request.Token);
        var node = NodeKey.From(request.NodeExecutionId);
        var stored = await store.ListTasksAsync(node.Execution, node.NodeId, cancellationToken);
        var rows = stored.Select(row => new Row(RecordBody.Task(row.Body), row.PhaseVersion));
        var list = new TaskExecutionList();
        foreach (var (task, _) in Rows.Page(rows, filters, sort, page))
        {
            ErrorText.Cut(task.Closure.Error);
            list.TaskExecutions.Add(task);
        }
        list.Token = page.Next(list.TaskExecutions.Count);
        return list;
    }

    private static string Name(Row row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Task.Id.RetryAttempt:D10}/{EntityKey.From(row.Task.Id.TaskId)}");

    private static object? Value(Row row, TaskColumn column)
    {
        var (id, closure) = (row.Task.Id, row.Task.Closure);
        return column switch
        {
            TaskColumn.Phase => closure.Phase.ToText(),
            TaskColumn.PhaseVersion => (long)row.PhaseVersion,
            TaskColumn.RetryAttempt => (long)id.RetryAttempt,
            TaskColumn.NodeId => id.NodeExecutionId.NodeId,
            TaskColumn.CreatedAt => closure.CreatedAt?.ToDateTimeOffset(),
            TaskColumn.UpdatedAt => closure.UpdatedAt?.ToDateTimeOffset(),
            TaskColumn.StartedAt => closure.StartedAt?.ToDateTimeOffset(),
            TaskColumn.Duration => closure.Duration is { } span ? span.ToTimeSpan().Ticks / TimeSpan.TicksPerMicrosecond : null,
            TaskColumn.InputUri => row.Task.InputUri,
            TaskColumn.Project => id.TaskId.Project,
            TaskColumn.Domain => id.TaskId.Domain,
            TaskColumn.Name => id.TaskId.Name,
            TaskColumn.Version => id.TaskId.Version,
            TaskColumn.ExecutionProject => id.NodeExecutionId.ExecutionId.Project,
            TaskColumn.ExecutionDomain => id.NodeExecutionId.ExecutionId.Domain,
            TaskColumn.ExecutionName => id.NodeExecutionId.ExecutionId.Name,
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };
    }

    private sealed record Row(TaskExecution Task, uint PhaseVersion);
}
