using Transponder.Core.Catalog;

namespace Transponder.Core.Lists;

/// <summary>Filters, sorts and pages rows in memory as the stores do in SQL: nothing matches what is missing, and nothing sorts below every value.</summary>
/// <typeparam name="TRow">The rows.</typeparam>
/// <typeparam name="TColumn">Their columns.</typeparam>
/// <param name="value">A row's value in a column: string, long, <see cref="DateTimeOffset"/>, or null.</param>
/// <param name="name">What names a row alone, to break ties.</param>
public sealed class RowList<TRow, TColumn>(Func<TRow, TColumn, object?> value, Func<TRow, string> name)
    where TColumn : struct, Enum
{
    /// <summary>One page.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="filters">All must hold.</param>
    /// <param name="sort">The order.</param>
    /// <param name="page">Which part.</param>
    public IReadOnlyList<TRow> Page(
        IEnumerable<TRow> rows,
        IReadOnlyList<ListFilter<TColumn>> filters,
        ListSort<TColumn> sort,
        ListPage page
    )
    {
        ArgumentNullException.ThrowIfNull(sort);
        ArgumentNullException.ThrowIfNull(page);
        var matching = rows.Where(row => filters.All(filter => Holds(filter, value(row, filter.Column)))).ToList();
        matching.Sort(
            (a, b) =>
            {
                var order = Compare(value(a, sort.Column), value(b, sort.Column));
                order = order != 0 ? order : string.CompareOrdinal(name(a), name(b));
                return sort.Descending ? -order : order;
            }
        );
        return [.. matching.Skip(page.Offset).Take(page.Limit)];
    }

    private static bool Holds(ListFilter<TColumn> filter, object? actual)
    {
        if (actual is null)
            return false;
        return filter.Function switch
        {
            FilterFunction.Eq => Compare(actual, filter.Values[0]) == 0,
            FilterFunction.Ne => Compare(actual, filter.Values[0]) != 0,
            FilterFunction.Gt => Compare(actual, filter.Values[0]) > 0,
            FilterFunction.Gte => Compare(actual, filter.Values[0]) >= 0,
            FilterFunction.Lt => Compare(actual, filter.Values[0]) < 0,
            FilterFunction.Lte => Compare(actual, filter.Values[0]) <= 0,
            FilterFunction.Contains => Text(filter, actual).Contains(Text(filter, filter.Values[0]), StringComparison.Ordinal),
            FilterFunction.NotLike => !LikePattern.Matches(Text(filter, actual), Text(filter, filter.Values[0])),
            FilterFunction.ValueIn => filter.Values.Any(one => Compare(actual, one) == 0),
            FilterFunction.ValueNotIn => filter.Values.All(one => Compare(actual, one) != 0),
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Function, null),
        };
    }

    private static string Text(ListFilter<TColumn> filter, object value) =>
        value as string ?? throw IdentifierRules.Invalid($"{filter.Column} is no text, so {filter.Function} cannot be asked of it");

    private static int Compare(object? a, object? b) =>
        (a, b) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            (string x, string y) => string.CompareOrdinal(x, y),
            (long x, long y) => x.CompareTo(y),
            (DateTimeOffset x, DateTimeOffset y) => x.CompareTo(y),
            _ => throw new ArgumentException($"{a.GetType()} and {b.GetType()} cannot be compared.", nameof(b)),
        };
}
