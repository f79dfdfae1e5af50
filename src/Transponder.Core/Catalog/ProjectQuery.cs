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

    private static readonly RowList<Row, ProjectColumn> Rows = new(Value, row => row.Record.Id);

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
        var rows = records
            .Select(record => new Row(record, Project.Parser.ParseFrom(record.Body)))
            .Where(row => statesAsked || row.Project.State is ProjectState.Active or ProjectState.SystemGenerated);
        var found = Rows.Page(rows, filters, sort, page);
        token = page.Next(found.Count);
        return [.. found.Select(row => row.Record)];
    }

    private static object Value(Row row, ProjectColumn column) =>
        column switch
        {
            ProjectColumn.Identifier => row.Record.Id,
            ProjectColumn.Name => row.Project.Name,
            ProjectColumn.Description => row.Project.Description,
            ProjectColumn.State => (long)row.Project.State,
            ProjectColumn.CreatedAt => row.Record.CreatedAt,
            ProjectColumn.UpdatedAt => row.Record.UpdatedAt ?? row.Record.CreatedAt,
            _ => throw new ArgumentOutOfRangeException(nameof(column), column, null),
        };

    private sealed record Row(ProjectRecord Record, Project Project);

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
