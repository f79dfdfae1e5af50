using Flyteidl.Admin;
using Transponder.Core.Catalog;

namespace Transponder.Core.Lists;

/// <summary>The fields that one kind of list can be filtered and sorted by, with the columns behind them.</summary>
/// <typeparam name="TColumn">The columns.</typeparam>
public sealed class ListFields<TColumn>
    where TColumn : struct, Enum
{
    private readonly Dictionary<string, (TColumn Column, Func<string, object> Read)> fields = new(StringComparer.Ordinal);
    private readonly string kind;
    private readonly string[] entities;

    /// <summary>Makes a list without fields.</summary>
    /// <param name="kind">What is listed, in the plural, for messages.</param>
    /// <param name="entities">The entities whose name may stand before a field and says nothing, e.g. <c>task</c> in <c>task.name</c>.</param>
    public ListFields(string kind, params string[] entities)
    {
        this.kind = kind;
        this.entities = entities;
    }

    /// <summary>Adds a field.</summary>
    /// <param name="name">Its name; with its entity where that is not the list's own.</param>
    /// <param name="column">The column behind it.</param>
    /// <param name="read">How its operands are read; null = as text.</param>
    public ListFields<TColumn> Add(string name, TColumn column, Func<string, object>? read = null)
    {
        fields.Add(name, (column, read ?? FieldValue.Text));
        return this;
    }

    /// <summary>The conditions of a filter text; an unknown field or function is <see cref="Protocol.StatusCode.InvalidArgument"/>.</summary>
    /// <param name="text">The filters as written.</param>
    public IReadOnlyList<ListFilter<TColumn>> Filters(string text) => [.. FilterSyntax.Parse(text).Select(Filter)];

    /// <summary>One condition.</summary>
    /// <param name="syntax">The condition as written.</param>
    public ListFilter<TColumn> Filter(FilterSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        var (column, read) = Find(syntax.Name);
        if (read != FieldValue.Text && syntax.Function is (FilterFunction.Contains or FilterFunction.NotLike))
            throw IdentifierRules.Invalid($"'{syntax.Name}' is no text: contains and not_like are for texts");
        return new(column, syntax.Function, [.. syntax.Values.Select(read)]);
    }

    /// <summary>The order that a request asks for; the list's own when it names no key.</summary>
    /// <param name="sort">What the request says.</param>
    /// <param name="otherwise">The list's own order.</param>
    public ListSort<TColumn> Sort(Sort? sort, ListSort<TColumn> otherwise) =>
        sort is { Key.Length: > 0 }
            ? new(Find(sort.Key).Column, sort.Direction == Flyteidl.Admin.Sort.Types.Direction.Descending)
            : otherwise;

    private (TColumn Column, Func<string, object> Read) Find(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var key = dot >= 0 && entities.Contains(name[..dot]) ? name[(dot + 1)..] : name;
        return fields.TryGetValue(key, out var field)
            ? field
            : throw IdentifierRules.Invalid($"'{name}' is an invalid field of {kind}; known are {string.Join(", ", fields.Keys)}");
    }
}
