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
        var tagged = query.Filters.ToLookup(filter => filter.Column is ExecutionColumn.TagKey or ExecutionColumn.TagValue, Sql);
        conditions.AddRange(tagged[false]);
        if (tagged.Contains(true))
            conditions.Add($"EXISTS (SELECT FROM execution_tags t WHERE t.execution_id = e.id AND {string.Join(" AND ", tagged[true])})");
        if (query.After is { } after)
            conditions.Add(
                $"(e.created_at, e.id) {(query.Descending ? '<' : '>')} ({Add(parameters, Moment(after.CreatedAt))}, {Add(parameters, Long(after.Id))})"
            );
        var direction = query.Descending ? "DESC" : "ASC";
        return $"""
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY {Order(query.SortBy ?? ExecutionColumn.CreatedAt, query.Descending)}, e.id {direction}
            LIMIT {Add(parameters, Long(query.Limit))} OFFSET {Add(parameters, Long(query.Offset))}
            """;

        string Sql(ExecutionFilter filter) => Condition(Name(filter.Column), filter.Function, filter.Values, parameters);
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
            ExecutionColumn.LaunchPlanProject => "e.launch_project",
            ExecutionColumn.LaunchPlanDomain => "e.launch_domain",
            ExecutionColumn.WorkflowProject => "e.workflow_project",
            ExecutionColumn.WorkflowDomain => "e.workflow_domain",
            ExecutionColumn.Project => "e.project",
            ExecutionColumn.Domain => "e.domain",
            ExecutionColumn.State => "e.state",
            ExecutionColumn.TagKey => "t.key",
            ExecutionColumn.TagValue => "t.value",
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };
}
