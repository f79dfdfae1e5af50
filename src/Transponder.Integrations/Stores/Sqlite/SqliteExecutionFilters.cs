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
        foreach (var filter in query.Filters)
        {
            sql.Append(" AND ").Append(Condition(filter));
            values.AddRange(filter.Function == FilterFunction.NotLike ? filter.Values.Select(value => Glob((string)value)) : filter.Values);
        }
        var direction = query.Descending ? "DESC" : "ASC";
        sql.Append($" ORDER BY {Column(query.SortBy ?? ExecutionColumn.CreatedAt)} {direction}, e.id {direction} LIMIT ? OFFSET ?");
        values.Add(query.Limit);
        values.Add(query.Offset);
        return sql.ToString();
    }

    private static string Condition(ExecutionFilter filter)
    {
        var column = Column(filter.Column);
        return filter.Function switch
        {
            FilterFunction.Eq => $"{column} = ?",
            FilterFunction.Ne => $"{column} <> ?",
            FilterFunction.Gt => $"{column} > ?",
            FilterFunction.Gte => $"{column} >= ?",
            FilterFunction.Lt => $"{column} < ?",
            FilterFunction.Lte => $"{column} <= ?",
            FilterFunction.Contains => $"instr({column}, ?) > 0",
            FilterFunction.NotLike => $"{column} NOT GLOB ?",
            FilterFunction.ValueIn => $"{column} IN ({Marks(filter)})",
            FilterFunction.ValueNotIn => $"{column} NOT IN ({Marks(filter)})",
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Function, "No such filter function."),
        };
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
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, "No such column."),
        };

    private static string Marks(ExecutionFilter filter) => string.Join(", ", Enumerable.Repeat("?", filter.Values.Count));

    // SQLite's LIKE ignores case; GLOB does not.
    private static string Glob(string like)
    {
        var glob = new StringBuilder(like.Length);
        for (var i = 0; i < like.Length; i++)
        {
            var escaped = like[i] == '\\' && i + 1 < like.Length;
            var c = escaped ? like[++i] : like[i];
            _ = (c, escaped) switch
            {
                ('%', false) => glob.Append('*'),
                ('_', false) => glob.Append('?'),
                ('*' or '?' or '[', _) => glob.Append('[').Append(c).Append(']'),
                _ => glob.Append(c),
            };
        }
        return glob.ToString();
    }

    private static string Name(WorkflowPhase phase) =>
        typeof(WorkflowPhase).GetField(phase.ToString())!.GetCustomAttributes(typeof(OriginalNameAttribute), false)
            is [OriginalNameAttribute name]
            ? name.Name
            : phase.ToString();
}
