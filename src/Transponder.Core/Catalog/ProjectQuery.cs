using System.Text.RegularExpressions;
using Flyteidl.Admin;
using Transponder.Core.Lists;
using static Flyteidl.Admin.Project.Types;

namespace Transponder.Core.Catalog;

/// <summary>A page of projects: filters, order, limit and offset, applied in memory, since projects are few.</summary>
public sealed class ProjectQuery
{
    private readonly List<Func<Project, bool>> conditions = [];
    private Func<Project, string> sortBy = p => p.Id;
    private bool descending;
    private bool statesAsked;
    private int offset;
    private int limit;

    private ProjectQuery() { }

    /// <summary>Reads a request; an unknown field is <see cref="Protocol.StatusCode.InvalidArgument"/>.</summary>
    /// <param name="request">The request; limit 0 means all.</param>
    public static ProjectQuery Parse(ProjectListRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = new ProjectQuery
        {
            offset = PageToken.Parse(request.Token),
            limit = request.Limit == 0 ? int.MaxValue : (int)Math.Min(request.Limit, int.MaxValue),
        };
        foreach (var filter in FilterSyntax.Parse(request.Filters))
        {
            var field = FieldOf(filter.Name);
            query.statesAsked |= filter.Field == "state";
            query.conditions.Add(p => Holds(filter, field(p)));
        }
        if (request.SortBy is { Key.Length: > 0 } sort)
        {
            query.sortBy = FieldOf(sort.Key);
            query.descending = sort.Direction == Sort.Types.Direction.Descending;
        }
        return query;
    }

    /// <summary>The page that was asked for.</summary>
    /// <param name="projects">All projects.</param>
    public Projects Page(IEnumerable<Project> projects)
    {
        var matching = projects.Where(p => (statesAsked || p.State == ProjectState.Active) && conditions.TrueForAll(c => c(p)));
        var sorted = descending
            ? matching.OrderByDescending(sortBy, StringComparer.Ordinal).ThenByDescending(p => p.Id, StringComparer.Ordinal)
            : matching.OrderBy(sortBy, StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal);
        var page = sorted.Skip(offset).Take(limit).ToList();
        return new Projects { Projects_ = { page }, Token = PageToken.After(offset, page.Count, limit) };
    }

    private static Func<Project, string> FieldOf(string name) =>
        name switch
        {
            "project.identifier" or "identifier" => p => p.Id,
            "project.name" or "name" => p => p.Name,
            "project.description" or "description" => p => p.Description,
            "project.state" or "state" => p => ((int)p.State).ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => throw IdentifierRules.Invalid(
                $"'{name}' is an invalid field of projects; known are identifier, name, description and state"
            ),
        };

    private static bool Holds(FilterSyntax filter, string actual)
    {
        var first = filter.Values[0];
        return filter.Function switch
        {
            FilterFunction.Eq => actual == first,
            FilterFunction.Ne => actual != first,
            FilterFunction.Gt => string.CompareOrdinal(actual, first) > 0,
            FilterFunction.Gte => string.CompareOrdinal(actual, first) >= 0,
            FilterFunction.Lt => string.CompareOrdinal(actual, first) < 0,
            FilterFunction.Lte => string.CompareOrdinal(actual, first) <= 0,
            FilterFunction.Contains => actual.Contains(first, StringComparison.Ordinal),
            FilterFunction.NotLike => !IsLike(actual, first),
            FilterFunction.ValueIn => filter.Values.Contains(actual),
            _ => !filter.Values.Contains(actual),
        };
    }

    private static bool IsLike(string actual, string pattern)
    {
        var expression = Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal);
        return Regex.IsMatch(actual, $@"^{expression}\z", RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }
}
