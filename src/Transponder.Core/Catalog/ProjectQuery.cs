using System.Text.RegularExpressions;
using Flyteidl.Admin;
using Transponder.Core.Lists;
using static Flyteidl.Admin.Project.Types;

namespace Transponder.Core.Catalog;

/// <summary>A page of projects: filters, order, limit and offset, applied in memory, since projects are few.</summary>
public sealed class ProjectQuery
{
    private static readonly ListFields<ProjectColumn> Fields = new ListFields<ProjectColumn>("projects", "project")
        .Add("identifier", ProjectColumn.Identifier)
        .Add("name", ProjectColumn.Name)
        .Add("description", ProjectColumn.Description)
        .Add("state", ProjectColumn.State, FieldValue.NumberOf(Project.Descriptor.EnumTypes[0]))
        .Add("created_at", ProjectColumn.CreatedAt, FieldValue.Moment)
        .Add("updated_at", ProjectColumn.UpdatedAt, FieldValue.Moment);

    private readonly IReadOnlyList<ListFilter<ProjectColumn>> filters;
    private readonly ListSort<ProjectColumn> sort;
    private readonly ListPage page;

    private ProjectQuery(IReadOnlyList<ListFilter<ProjectColumn>> filters, ListSort<ProjectColumn> sort, ListPage page)
    {
        this.filters = filters;
        this.sort = sort;
        this.page = page;
    }

    /// <summary>Reads a request; an unknown field is <see cref="Protocol.StatusCode.InvalidArgument"/>.</summary>
    /// <param name="request">The request; limit 0 means all.</param>
    public static ProjectQuery Parse(ProjectListRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ProjectQuery(
            Fields.Filters(request.Filters),
            Fields.Sort(request.SortBy, new(ProjectColumn.Identifier, Descending: false)),
            request.Limit == 0
                ? new ListPage(PageToken.Parse(request.Token), int.MaxValue)
                : new ListPage(PageToken.Parse(request.Token), (int)Math.Min(request.Limit, int.MaxValue))
        );
    }

    /// <summary>The page that was asked for.</summary>
    /// <param name="records">All projects that may be seen.</param>
    /// <param name="token">The token of the page that follows; empty when there is none.</param>
    public IReadOnlyList<ProjectRecord> Page(IEnumerable<ProjectRecord> records, out string token)
    {
        var statesAsked = filters.Any(filter => filter.Column == ProjectColumn.State);
        var matching = records
            .Select(record => (Record: record, Project: Project.Parser.ParseFrom(record.Body)))
            .Where(row => statesAsked || row.Project.State is ProjectState.Active or ProjectState.SystemGenerated)
            .Where(row => filters.All(filter => Holds(filter, Value(filter.Column, row.Record, row.Project))));
        var sorted = sort.Descending
            ? matching.OrderByDescending(Key, Order).ThenByDescending(row => row.Record.Id, StringComparer.Ordinal)
            : matching.OrderBy(Key, Order).ThenBy(row => row.Record.Id, StringComparer.Ordinal);
        var found = sorted.Skip(page.Offset).Take(page.Limit).Select(row => row.Record).ToList();
        token = page.Next(found.Count);
        return found;

        object Key((ProjectRecord Record, Project Project) row) => Value(sort.Column, row.Record, row.Project);
    }

    private static Comparer<object> Order { get; } =
        Comparer<object>.Create(
            (x, y) => x is string a && y is string b ? string.CompareOrdinal(a, b) : Comparer<object>.Default.Compare(x, y)
        );

    private static object Value(ProjectColumn column, ProjectRecord record, Project project) =>
        column switch
        {
            ProjectColumn.Identifier => record.Id,
            ProjectColumn.Name => project.Name,
            ProjectColumn.Description => project.Description,
            ProjectColumn.State => (long)project.State,
            ProjectColumn.CreatedAt => record.CreatedAt,
            ProjectColumn.UpdatedAt => record.UpdatedAt ?? record.CreatedAt,
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };

    private static bool Holds(ListFilter<ProjectColumn> filter, object actual)
    {
        var order = Order.Compare(actual, filter.Values[0]);
        return filter.Function switch
        {
            FilterFunction.Eq => order == 0,
            FilterFunction.Ne => order != 0,
            FilterFunction.Gt => order > 0,
            FilterFunction.Gte => order >= 0,
            FilterFunction.Lt => order < 0,
            FilterFunction.Lte => order <= 0,
            FilterFunction.Contains => ((string)actual).Contains((string)filter.Values[0], StringComparison.Ordinal),
            FilterFunction.NotLike => !IsLike((string)actual, (string)filter.Values[0]),
            FilterFunction.ValueIn => filter.Values.Contains(actual),
            _ => !filter.Values.Contains(actual),
        };
    }

    private static bool IsLike(string actual, string pattern)
    {
        var expression = Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal);
        return Regex.IsMatch(actual, $@"^{expression}\z", RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }

    private enum ProjectColumn
    {
        Identifier,
        Name,
        Description,
        State,
        CreatedAt,
        UpdatedAt,
    }
}
