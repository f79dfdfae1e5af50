using Npgsql;
using Transponder.Core.Executions;
using static Transponder.Integrations.Stores.Postgres.PostgresListSql;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The conditions, order and limits of a list of executions as SQL; every operand is a parameter.</summary>
internal static class PostgresExecutionList
{
    // Filters name phases, the table numbers them.
    private static readonly string PhaseName =
        "CASE s.phase "
        + string.Concat(
            Flyteidl
                .Core.WorkflowExecution.Descriptor.EnumTypes.Single(type => type.Name == "Phase")
                .Values.Select(phase => $"WHEN {phase.Number} THEN '{phase.Name}' ")
        )
        + "END COLLATE \"C\"";

    public static string Clauses(ExecutionQuery query, List<NpgsqlParameter> parameters)
    {
        var conditions = new List<string>
        {
            $"(e.project || '/' || e.domain) = {Add(parameters, Text($"{query.Project}/{query.Domain}"))}",
            $"e.project = {Add(parameters, Text(query.Project))}",
        };
        foreach (var filter in query.Filters)
            conditions.Add(Condition(Name(filter.Column), filter.Function, filter.Values, parameters));
        var direction = query.Descending ? "DESC" : "ASC";
        return $"""
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY {Order(query.SortBy ?? ExecutionColumn.CreatedAt, query.Descending)}, e.id {direction}
            LIMIT {Add(parameters, Long(query.Limit))} OFFSET {Add(parameters, Long(query.Offset))}
            """;
    }

    // Columns that can be null sort as if null were the smallest value; the others keep the index's own order.
    private static string Order(ExecutionColumn column, bool descending) =>
        (column, descending) switch
        {
            (
                ExecutionColumn.StartedAt
                    or ExecutionColumn.Duration
                    or ExecutionColumn.ErrorKind
                    or ExecutionColumn.ErrorCode
                    or ExecutionColumn.AbortCause,
                _
            ) => $"{Name(column)} {(descending ? "DESC NULLS LAST" : "ASC NULLS FIRST")}",
            (_, true) => $"{Name(column)} DESC",
            _ => $"{Name(column)} ASC",
        };

    private static string Name(ExecutionColumn column) =>
        column switch
        {
            ExecutionColumn.Phase => PhaseName,
            ExecutionColumn.Name => "e.name",
            ExecutionColumn.CreatedAt => "e.created_at",
            ExecutionColumn.StartedAt => "c.started_at",
            ExecutionColumn.UpdatedAt => "c.updated_at",
            ExecutionColumn.Duration => "c.duration_us",
            ExecutionColumn.Cluster => "s.cluster",
            ExecutionColumn.User => "e.user_name",
            ExecutionColumn.Mode => "e.mode",
            ExecutionColumn.LaunchEntity => "e.launch_entity",
            ExecutionColumn.ErrorKind => "c.error_kind",
            ExecutionColumn.ErrorCode => "c.error_code",
            ExecutionColumn.AbortCause => "c.abort_cause",
            ExecutionColumn.LaunchPlanName => "e.launch_name",
            ExecutionColumn.LaunchPlanVersion => "e.launch_version",
            ExecutionColumn.WorkflowName => "e.workflow_name",
            ExecutionColumn.WorkflowVersion => "e.workflow_version",
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };
}
