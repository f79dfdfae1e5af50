using System.Globalization;
using SQLitePCL;

namespace Transponder.Benchmarks.History;

/// <summary>SQLite's side.</summary>
internal sealed class SqliteSql : StoreSql
{
    private readonly string file;
    private sqlite3 database;

    public SqliteSql(string file)
    {
        Batteries_V2.Init();
        this.file = file;
        Check(raw.sqlite3_open(file, out database));
    }

    public override string OverridingIdentity => "";

    public override string RandomId => "randomblob(16)";

    public override (string With, string From) Series(long first, long last) =>
        (
            string.Create(
                CultureInfo.InvariantCulture,
                $"WITH RECURSIVE s (k) AS (SELECT {first} UNION ALL SELECT k + 1 FROM s WHERE k < {last})"
            ),
            "s"
        );

    // CROSS JOIN keeps the order of the loops, and each loop the order of the rows.
    public override string InOrder(string columns) => "";

    public override string Bytes(byte[] bytes) => $"X'{Convert.ToHexString(bytes)}'";

    public override void Hurry() =>
        Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -400000;");

    public override void Reach(long position) { }

    public override void Settle()
    {
        database.Dispose();
        Check(raw.sqlite3_open(file, out database));
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);");
    }

    public override void Execute(string sql) => Check(raw.sqlite3_exec(database, sql));

    public override List<string[]> Rows(string sql)
    {
        Check(raw.sqlite3_prepare_v2(database, sql, out var statement));
        using (statement)
        {
            var rows = new List<string[]>();
            while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                rows.Add([
                    .. Enumerable
                        .Range(0, raw.sqlite3_column_count(statement))
                        .Select(i => raw.sqlite3_column_text(statement, i).utf8_to_string() ?? ""),
                ]);
            return rows;
        }
    }

    public override string[] Columns(string table) => [.. Rows($"SELECT name FROM pragma_table_info('{table}')").Select(row => row[0])];

    public override void Dispose() => database.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite {code}: {raw.sqlite3_errmsg(database).utf8_to_string()}");
    }
}
