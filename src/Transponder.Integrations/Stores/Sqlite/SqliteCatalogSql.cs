using Transponder.Core.Catalog;
using Transponder.Core.Lists;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The conditions, order and limits of the catalog's lists as SQL.</summary>
internal static class SqliteCatalogSql
{
    private const string Scope = "n.kind = ? AND n.project = ? AND n.domain = ?";

    /// <summary>Of <c>catalog_entities n</c>.</summary>
    public static string Clauses(CatalogQuery query, out List<object> values, string condition = "true")
    {
        values = [(long)query.Kind, query.Project, query.Domain];
        var conditions = new List<string> { Scope, condition };
        if (query.Name.Length > 0)
        {
            conditions.Add("n.name = ?");
            values.Add(query.Name);
        }
        foreach (var filter in query.Filters)
            conditions.Add(Condition(Name(filter.Column), filter.Function, filter.Values, values));
        return Clauses(conditions, Name(query.Sort.Column), query.Sort.Descending, query.Page, values);
    }

    /// <summary>Of <c>entity_names n</c>.</summary>
    public static string Clauses(NameQuery query, out List<object> values)
    {
        values = [(long)query.Kind, query.Project, query.Domain];
        var conditions = new List<string> { Scope };
        foreach (var filter in query.Filters)
            conditions.Add(Condition(Name(filter.Column), filter.Function, filter.Values, values));
        return Clauses(conditions, Name(query.Sort.Column), query.Sort.Descending, query.Page, values);
    }

    private static string Condition(string column, FilterFunction function, IReadOnlyList<object> operands, List<object> values)
    {
        values.AddRange(SqliteListSql.Operands(function, operands));
        return SqliteListSql.Condition(column, function, operands);
    }

    private static string Clauses(List<string> conditions, string column, bool descending, ListPage page, List<object> values)
    {
        values.Add((long)page.Limit);
        values.Add((long)page.Offset);
        var direction = descending ? "DESC" : "ASC";
        return $"WHERE {string.Join(" AND ", conditions)} ORDER BY {column} {direction}, n.id {direction} LIMIT ? OFFSET ?";
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
            CatalogColumn.State => "n.active",
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
