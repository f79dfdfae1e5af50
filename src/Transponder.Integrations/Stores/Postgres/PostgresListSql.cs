using Npgsql;
using Transponder.Core.Lists;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>The conditions of lists as SQL; every operand is a parameter.</summary>
internal static class PostgresListSql
{
    /// <summary>One condition on a column; adds its operands to the parameters.</summary>
    /// <param name="column">The column's expression.</param>
    /// <param name="function">The comparison.</param>
    /// <param name="values">The operands.</param>
    /// <param name="parameters">The statement's parameters.</param>
    public static string Condition(string column, FilterFunction function, IReadOnlyList<object> values, List<NpgsqlParameter> parameters)
    {
        return function switch
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
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, null),
        };

        string One() => Add(parameters, Operand(values[0]));
        string All() => string.Join(", ", values.Select(value => Add(parameters, Operand(value))));
    }

    /// <summary>Adds a parameter, and answers its mark.</summary>
    public static string Add(List<NpgsqlParameter> parameters, NpgsqlParameter parameter)
    {
        parameters.Add(parameter);
        return $"${parameters.Count}";
    }

    private static NpgsqlParameter Operand(object value) =>
        value switch
        {
            string text => Text(text),
            long number => Long(number),
            DateTimeOffset moment => Moment(moment),
            _ => throw new ArgumentException($"{value.GetType()} is no operand of a filter.", nameof(value)),
        };
}
