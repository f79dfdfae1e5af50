namespace Transponder.Benchmarks.History;

/// <summary>SQL against a store's own tables, past the server.</summary>
internal abstract class StoreSql : IDisposable
{
    /// <summary>Opens an INSERT that gives identities their values itself.</summary>
    public abstract string OverridingIdentity { get; }

    /// <summary>A random id, as the table of events keeps it.</summary>
    public abstract string RandomId { get; }

    /// <summary>The numbers from one to another, as a table <c>s</c> with the column <c>k</c>.</summary>
    public abstract (string With, string From) Series(long first, long last);

    /// <summary>Orders a copy, where the database would not keep the order of the series by itself.</summary>
    public abstract string InOrder(string columns);

    /// <summary>Bytes as a literal.</summary>
    public abstract string Bytes(byte[] bytes);

    /// <summary>Trades durability for speed, on this connection alone.</summary>
    public abstract void Hurry();

    /// <summary>Makes what the server would have made by the time that the log has reached a position.</summary>
    public abstract void Reach(long position);

    /// <summary>Lets the database settle after rows were added past its own numbers, and flushes it.</summary>
    public abstract void Settle();

    public abstract void Execute(string sql);

    /// <summary>All rows, each value as text; null = empty.</summary>
    public abstract List<string[]> Rows(string sql);

    /// <summary>A table's columns; none when there is no such table.</summary>
    public abstract string[] Columns(string table);

    /// <summary>One number; null counts as 0.</summary>
    public long Number(string sql) =>
        Rows(sql)[0][0] is { Length: > 0 } text ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0;

    public abstract void Dispose();
}
