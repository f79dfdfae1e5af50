namespace Transponder.Core.Lists;

/// <summary>One condition on a column.</summary>
/// <typeparam name="TColumn">The columns of one kind of list.</typeparam>
/// <param name="Column">The column.</param>
/// <param name="Function">The comparison.</param>
/// <param name="Values">
/// The operands: one, or several for <see cref="FilterFunction.ValueIn"/> and <see cref="FilterFunction.ValueNotIn"/>. Each has the type of its
/// column: string, long (durations: microseconds), or <see cref="DateTimeOffset"/>.
/// </param>
public sealed record ListFilter<TColumn>(TColumn Column, FilterFunction Function, IReadOnlyList<object> Values)
    where TColumn : struct, Enum;

/// <summary>The order of a list. Ties are broken by what names a row alone, in the same direction, so that each row stands on exactly one page.</summary>
/// <typeparam name="TColumn">The columns of one kind of list.</typeparam>
/// <param name="Column">The column to sort by.</param>
/// <param name="Descending">The direction.</param>
public sealed record ListSort<TColumn>(TColumn Column, bool Descending)
    where TColumn : struct, Enum;
