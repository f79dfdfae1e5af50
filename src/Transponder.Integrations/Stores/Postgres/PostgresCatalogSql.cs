using Npgsql;
using Transponder.Core.Catalog;
using Transponder.Core.Lists;
using static Transponder.Integrations.Stores.Postgres.PostgresListSql;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The conditions, order and limits of the catalog's lists as SQL.</summary>
internal static class PostgresCatalogSql
{
    /// <summary>Of <c>catalog_entities n</c>.</summary>
    public static string Clauses(CatalogQuery query, List<NpgsqlParameter> parameters, string condition = "true")
    {
        var conditions = new List<string>
        {
            condition,
            $"(n.project || '/' || n.domain) = {Add(parameters, Text($"{query.Project}/{query.Domain}"))}",
            $"n.kind = {Add(parameters, Short((int)query.Kind))}",
            $"n.project = {Add(parameters, Text(query.Project))}",
            $"n.domain = {Add(parameters, Text(query.Domain))}",
        };
        if (query.Name.Length > 0)
            conditions.Add($"n.name = {Add(parameters, Text(query.Name))}");
        conditions.AddRange(query.Filters.Select(filter => Condition(Name(filter.Column), filter.Function, filter.Values, parameters)));
        return Clauses(conditions, Name(query.Sort.Column), query.Sort.Descending, query.Page, parameters);
    }

    /// <summary>Of <c>entity_names n</c>.</summary>
    public static string Clauses(NameQuery query, List<NpgsqlParameter> parameters)
    {
        var conditions = new List<string>
        {
            $"n.kind = {Add(parameters, Short((int)query.Kind))}",
            $"n.project = {Add(parameters, Text(query.Project))}",
            $"n.domain = {Add(parameters, Text(query.Domain))}",
        };
        conditions.AddRange(query.Filters.Select(filter => Condition(Name(filter.Column), filter.Function, filter.Values, parameters)));
        return Clauses(conditions, Name(query.Sort.Column), query.Sort.Descending, query.Page, parameters);
    }

    private static string Clauses(List<string> conditions, string column, bool descending, ListPage page, List<NpgsqlParameter> parameters)
    {
        var direction = descending ? "DESC" : "ASC";
        return $"""
            WHERE {string.Join(" AND ", conditions)}
            ORDER BY {column} {direction}, n.id {direction}
            LIMIT {Add(parameters, Long(page.Limit))} OFFSET {Add(parameters, Long(page.Offset))}
            """;
    }

    private static string Name(CatalogColumn column) =>
        column switch
        {
            CatalogColumn.Project => "n.project",
            CatalogColumn.Domain => "n.domain",
            CatalogColumn.Name => "n.name",
            CatalogColumn.Version => "n.version",
            CatalogColumn.CreatedAt => "n.created_at",
            CatalogColumn.UpdatedAt => "n.updated_at",
            CatalogColumn.State => "n.active::int",
            CatalogColumn.TaskType => "n.task_type",
            CatalogColumn.ShortDescription => "n.short_description",
            CatalogColumn.ScheduleType => "n.schedule_type",
            CatalogColumn.WorkflowProject => "n.workflow_project",
            CatalogColumn.WorkflowDomain => "n.workflow_domain",
            CatalogColumn.WorkflowName => "n.workflow_name",
            CatalogColumn.WorkflowVersion => "n.workflow_version",
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };

    private static string Name(NameColumn column) =>
        column switch
        {
            NameColumn.Project => "n.project",
            NameColumn.Domain => "n.domain",
            NameColumn.Name => "n.name",
            NameColumn.Description => "n.description",
            NameColumn.State => "n.state",
            NameColumn.CreatedAt => "n.created_at",
            NameColumn.UpdatedAt => "n.updated_at",
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };
}
