using Npgsql;
using Transponder.Core.Executions;
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
            conditions.Add(Condition(filter, parameters));
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

    private static string Condition(ExecutionFilter filter, List<NpgsqlParameter> parameters)
    {
        var column = Name(filter.Column);
        return filter.Function switch
        {
            FilterFunction.Eq => $"{column} = {One()}",
            FilterFunction.Ne => $"{column} <> {One()}",
            FilterFunction.Gt => $"{column} > {One()}",
            FilterFunction.Gte => $"{column} >= {One()}",
            FilterFunction.Lt => $"{column} < {One()}",
            FilterFunction.Lte => $"{column} <= {One()}",
            FilterFunction.Contains => $"strpos({column}, {One()}) > 0",
            FilterFunction.NotLike => $"{column} NOT LIKE {One()}",
            FilterFunction.ValueIn => $"{column} IN ({All()})",
            FilterFunction.ValueNotIn => $"{column} NOT IN ({All()})",
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Function, null),
        };

        string One() => Add(parameters, Operand(filter.Values[0]));
        string All() => string.Join(", ", filter.Values.Select(value => Add(parameters, Operand(value))));
    }

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

    private static NpgsqlParameter Operand(object value) =>
        value switch
        {
            string text => Text(text),
            long number => Long(number),
            DateTimeOffset moment => Moment(moment),
            _ => throw new ArgumentException($"{value.GetType()} is no operand of a filter.", nameof(value)),
        };

    private static string Add(List<NpgsqlParameter> parameters, NpgsqlParameter parameter)
    {
        parameters.Add(parameter);
        return $"${parameters.Count}";
    }
}
