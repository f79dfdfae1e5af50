using System.Text;
using Google.Protobuf.Reflection;
using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The WHERE, ORDER BY and LIMIT of a list of executions. Texts compare by code point, and nothing sorts below every value.</summary>
internal static class SqliteExecutionFilters
{
    // Stored as numbers, filtered by name.
    private static readonly string PhaseName =
        "CASE s.phase "
        + string.Concat(Enum.GetValues<WorkflowPhase>().Select(phase => $"WHEN {(int)phase} THEN '{Name(phase)}' "))
        + "ELSE 'UNDEFINED' END";

    public static string Build(ExecutionQuery query, out List<object> values)
    {
        values = [query.Project, query.Domain];
        var sql = new StringBuilder("WHERE e.project = ? AND e.domain = ?");
        var tagged = query.Filters.ToLookup(filter => filter.Column is ExecutionColumn.TagKey or ExecutionColumn.TagValue);
        Append(sql, tagged[false], values);
        if (tagged.Contains(true))
        {
            sql.Append(" AND EXISTS (SELECT 1 FROM execution_tags t WHERE t.execution_id = e.id");
            Append(sql, tagged[true], values);
            sql.Append(')');
        }
        if (query.After is { } after)
        {
            sql.Append($" AND (e.created_at, e.id) {(query.Descending ? '<' : '>')} (?, ?)");
            values.AddRange([after.CreatedAt, after.Id]);
        }
        var direction = query.Descending ? "DESC" : "ASC";
        sql.Append($" ORDER BY {Column(query.SortBy ?? ExecutionColumn.CreatedAt)} {direction}, e.id {direction} LIMIT ? OFFSET ?");
        values.Add(query.Limit);
        values.Add(query.Offset);
        return sql.ToString();
    }

    private static void Append(StringBuilder sql, IEnumerable<ExecutionFilter> filters, List<object> values)
    {
        foreach (var filter in filters)
        {
            sql.Append(" AND ").Append(SqliteListSql.Condition(Column(filter.Column), filter.Function, filter.Values));
            values.AddRange(SqliteListSql.Operands(filter.Function, filter.Values));
        }
    }

    private static string Column(ExecutionColumn column) =>
        column switch
        {
            ExecutionColumn.Phase => PhaseName,
            ExecutionColumn.Name => "e.name",
            ExecutionColumn.CreatedAt => "e.created_at",
            ExecutionColumn.StartedAt => "e.started_at",
            ExecutionColumn.UpdatedAt => "e.updated_at",
            ExecutionColumn.Duration => "e.duration_us",
            ExecutionColumn.Cluster => "s.cluster",
            ExecutionColumn.User => "e.user",
            ExecutionColumn.Mode => "e.mode",
            ExecutionColumn.LaunchEntity => "e.launch_entity",
            ExecutionColumn.ErrorKind => "e.error_kind",
            ExecutionColumn.ErrorCode => "e.error_code",
            ExecutionColumn.AbortCause => "e.abort_cause",
            ExecutionColumn.LaunchPlanName => "e.launch_name",
            ExecutionColumn.LaunchPlanVersion => "e.launch_version",
            ExecutionColumn.WorkflowName => "e.workflow_name",
            ExecutionColumn.WorkflowVersion => "e.workflow_version",
            ExecutionColumn.LaunchPlanProject => "e.launch_project",
            ExecutionColumn.LaunchPlanDomain => "e.launch_domain",
            ExecutionColumn.WorkflowProject => "e.workflow_project",
            ExecutionColumn.WorkflowDomain => "e.workflow_domain",
            ExecutionColumn.Project => "e.project",
            ExecutionColumn.Domain => "e.domain",
            ExecutionColumn.State => "e.state",
            ExecutionColumn.TagKey => "t.key",
            ExecutionColumn.TagValue => "t.value",
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, "No such column."),
        };

    private static string Name(WorkflowPhase phase) =>
        typeof(WorkflowPhase).GetField(phase.ToString())!.GetCustomAttributes(typeof(OriginalNameAttribute), false)
            is [OriginalNameAttribute name]
            ? name.Name
            : phase.ToString();
}
