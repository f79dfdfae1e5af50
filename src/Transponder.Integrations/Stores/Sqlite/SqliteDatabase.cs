using SQLitePCL;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>One connection with its prepared statements; used by one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly sqlite3 handle;
    private readonly Dictionary<string, SqliteStatement> statements = [];

    static SqliteDatabase()
    {
        Batteries_V2.Init();
        // Nobody reads the statistics, which cost a lock for each allocation. Refused, without harm, where SQLite is in use already.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private SqliteDatabase(sqlite3 handle) => this.handle = handle;

    /// <summary>How many rows the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(this.handle);

    /// <summary>The number that the last insert gave its row.</summary>
    public long LastRow => raw.sqlite3_last_insert_rowid(this.handle);

    /// <summary>True between BEGIN and COMMIT or ROLLBACK; some errors end a transaction by themselves.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(this.handle) == 0;

    /// <summary>The connection that writes: durable in WAL mode at every commit.</summary>
    public static SqliteDatabase OpenWriter(string file) =>
        Open(
            file,
            raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX,
            """
            PRAGMA busy_timeout = 5000;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA journal_size_limit = 67108864;
            PRAGMA cache_size = -32768;
            PRAGMA temp_store = MEMORY;
            """
        );

    /// <summary>A connection that only reads.</summary>
    public static SqliteDatabase OpenReader(string file) =>
        Open(file, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_NOMUTEX, "PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;");

    /// <summary>The prepared statement for a text; the caller disposes it before it asks for the same one again.</summary>
    public SqliteStatement Use(string sql)
    {
        if (statements.TryGetValue(sql, out var statement))
            return statement;
        statement = Prepare(sql);
        statements.Add(sql, statement);
        return statement;
    }

    /// <summary>A statement for a text that will hardly come again; <see cref="SqliteStatement.Close"/> frees it.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v2(this.handle, sql, out var handle);
        return code == raw.SQLITE_OK ? new SqliteStatement(this, handle) : throw Error(code);
    }

    /// <summary>Runs one or more statements without parameters.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(this.handle, sql);
        if (code != raw.SQLITE_OK)
            throw Error(code);
    }

    /// <summary>The value of a pragma.</summary>
    public string Pragma(string name)
    {
        using var statement = Use($"PRAGMA {name}");
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>Ends what another thread runs on this connection.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(this.handle);

    public Exception Error(int code) =>
        SqliteErrors.IsInterrupt(code) ? new OperationCanceledException("The read was cancelled.") : SqliteErrors.From(code, this.handle);

    public void Dispose()
    {
        foreach (var statement in statements.Values)
            statement.Close();
        this.handle.Dispose();
    }

    private static SqliteDatabase Open(string file, int flags, string pragmas)
    {
        var code = raw.sqlite3_open_v2(file, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            using (handle)
                throw SqliteErrors.From(code, handle);
        }
        var database = new SqliteDatabase(handle);
        try
        {
            database.Execute(pragmas);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
