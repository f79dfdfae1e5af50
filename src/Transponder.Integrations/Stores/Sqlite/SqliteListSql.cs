using System.Text;
using Transponder.Core.Lists;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The conditions of lists as SQL. Texts compare by code point; every operand is a parameter.</summary>
internal static class SqliteListSql
{
    /// <summary>One condition on a column, with a mark for each of <see cref="Operands"/>.</summary>
    /// <param name="column">The column's expression.</param>
    /// <param name="function">The comparison.</param>
    /// <param name="values">The operands.</param>
    public static string Condition(string column, FilterFunction function, IReadOnlyList<object> values) =>
        function switch
        {
            FilterFunction.Eq => $"{column} = ?",
            FilterFunction.Ne => $"{column} <> ?",
            FilterFunction.Gt => $"{column} > ?",
            FilterFunction.Gte => $"{column} >= ?",
            FilterFunction.Lt => $"{column} < ?",
            FilterFunction.Lte => $"{column} <= ?",
            FilterFunction.Contains => $"instr({column}, ?) > 0",
            FilterFunction.NotLike => $"{column} NOT GLOB ?",
            FilterFunction.ValueIn => $"{column} IN ({Marks(values)})",
            FilterFunction.ValueNotIn => $"{column} NOT IN ({Marks(values)})",
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "No such filter function."),
        };

    /// <summary>The operands as they are bound.</summary>
    /// <param name="function">The comparison.</param>
    /// <param name="values">The operands.</param>
    public static IEnumerable<object> Operands(FilterFunction function, IReadOnlyList<object> values) =>
        function == FilterFunction.NotLike ? values.Select(value => value is string like ? Glob(like) : value) : values;

    /// <summary>Reads the rows of a query that will hardly come again in the same words.</summary>
    public static List<T> List<T>(this SqliteDatabase database, string sql, IEnumerable<object> values, Func<SqliteStatement, T> read)
    {
        var rows = database.Prepare(sql);
        try
        {
            foreach (var value in values)
                rows.AddOperand(value);
            var list = new List<T>();
            while (rows.Step())
                list.Add(read(rows));
            return list;
        }
        finally
        {
            rows.Close();
        }
    }

    /// <summary>Binds an operand by its type.</summary>
    public static SqliteStatement AddOperand(this SqliteStatement statement, object value) =>
        value switch
        {
            string text => statement.Add(text),
            int number => statement.Add(number),
            long number => statement.Add(number),
            DateTimeOffset moment => statement.Add(moment),
            _ => throw new ArgumentException($"{value.GetType()} is no operand of a filter.", nameof(value)),
        };

    private static string Marks(IReadOnlyList<object> values) => string.Join(", ", Enumerable.Repeat("?", values.Count));

    // SQLite's LIKE ignores case; GLOB does not.
    private static string Glob(string like)
    {
        var glob = new StringBuilder(like.Length);
        for (var i = 0; i < like.Length; i++)
        {
            var escaped = like[i] == '\\' && i + 1 < like.Length;
            var c = escaped ? like[++i] : like[i];
            _ = (c, escaped) switch
            {
                ('%', false) => glob.Append('*'),
                ('_', false) => glob.Append('?'),
                ('*' or '?' or '[', _) => glob.Append('[').Append(c).Append(']'),
                _ => glob.Append(c),
            };
        }
        return glob.ToString();
    }
}
