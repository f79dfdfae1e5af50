using System.Text.RegularExpressions;
using Transponder.Core.Catalog;

namespace Transponder.Core.Lists;

/// <summary>One condition of Flyte's filter language, <c>function(entity.field,value;value)</c>, as written.</summary>
/// <param name="Function">The comparison.</param>
/// <param name="Entity">What is before the first dot of the field; null when nothing is.</param>
/// <param name="Field">The field, without its entity.</param>
/// <param name="Values">The operands, at least one.</param>
public sealed partial record FilterSyntax(FilterFunction Function, string? Entity, string Field, IReadOnlyList<string> Values)
{
    private static readonly Dictionary<string, FilterFunction> Functions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["eq"] = FilterFunction.Eq,
        ["ne"] = FilterFunction.Ne,
        ["gt"] = FilterFunction.Gt,
        ["gte"] = FilterFunction.Gte,
        ["lt"] = FilterFunction.Lt,
        ["lte"] = FilterFunction.Lte,
        ["contains"] = FilterFunction.Contains,
        ["not_like"] = FilterFunction.NotLike,
        ["value_in"] = FilterFunction.ValueIn,
        ["value_not_in"] = FilterFunction.ValueNotIn,
    };

    /// <summary>The field as written, with its entity.</summary>
    public string Name => Entity is null ? Field : $"{Entity}.{Field}";

    /// <summary>Reads conditions joined by <c>+</c>; a <c>+</c> inside a value is part of it.</summary>
    /// <param name="filters">The text; empty means no condition.</param>
    public static IReadOnlyList<FilterSyntax> Parse(string filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        if (filters.Contains('\0', StringComparison.Ordinal))
            throw IdentifierRules.Invalid("filters contains a NUL character");
        return string.IsNullOrWhiteSpace(filters) ? [] : [.. Separator().Split(filters.Trim()).Select(ParseOne)];
    }

    private static FilterSyntax ParseOne(string text)
    {
        var match = Condition().Match(text);
        if (!match.Success)
            throw IdentifierRules.Invalid($"invalid value for filters: \"{text}\" is not of the form function(field,value)");
        var name = match.Groups["function"].Value.Trim();
        if (!Functions.TryGetValue(name, out var function))
            throw IdentifierRules.Invalid($"unrecognized filter function: {name}; known are {string.Join(", ", Functions.Keys)}");
        var field = match.Groups["field"].Value.Trim();
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        var values = match.Groups["value"].Value.Split(';');
        if (values.Length > 1 && function is not (FilterFunction.ValueIn or FilterFunction.ValueNotIn))
            throw IdentifierRules.Invalid($"filter function {name} takes one value; \"{text}\" has {values.Length}");
        return new FilterSyntax(function, dot < 0 ? null : field[..dot], field[(dot + 1)..], values);
    }

    [GeneratedRegex(@"(?<=\))\+(?=[A-Za-z_]+\()")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^(?<function>[^(]+)\((?<field>[^,]+),\s?(?<value>.+)\)\z", RegexOptions.Singleline)]
    private static partial Regex Condition();
}
