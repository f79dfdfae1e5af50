using System.Globalization;
using Npgsql;

namespace Transponder.Benchmarks.History;

/// <summary>PostgreSQL's side.</summary>
internal sealed class PostgresSql : StoreSql
{
    // What autovacuum would have come to: it leaves the partitions alone that are being filled.
    private const string Vacuumed = """
        SELECT relname FROM pg_class WHERE relnamespace = 'transponder'::regnamespace AND relkind = 'r'
            AND NOT coalesce('autovacuum_vacuum_insert_threshold=-1' = ANY(reloptions), false)
        """;

    private readonly NpgsqlConnection connection;

    public PostgresSql(string connectionString)
    {
        connection = new NpgsqlConnection(connectionString);
        connection.Open();
    }

    public override string OverridingIdentity => "OVERRIDING SYSTEM VALUE";

    public override string RandomId => "gen_random_uuid()";

    public override (string With, string From) Series(long first, long last) =>
        ("", string.Create(CultureInfo.InvariantCulture, $"generate_series({first}::bigint, {last}::bigint) AS s (k)"));

    public override string InOrder(string columns) => $"ORDER BY {columns}";

    public override string Bytes(byte[] bytes) => $"'\\x{Convert.ToHexString(bytes)}'::bytea";

    public override void Hurry() => Execute("SET synchronous_commit = off; SET work_mem = '512MB'; SET temp_buffers = '64MB'");

    public override void Reach(long position) => Execute(string.Create(CultureInfo.InvariantCulture, $"SELECT extend_events({position})"));

    public override void Settle()
    {
        foreach (var (table, column) in new[] { ("executions", "id"), ("events", "position"), ("deliveries", "id") })
            Execute($"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM {table}))");
        foreach (var table in Rows(Vacuumed))
            Execute($"VACUUM {table[0]}");
        Execute("ANALYZE");
        Execute("CHECKPOINT");
    }

    public override void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public override List<string[]> Rows(string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([
                .. Enumerable
                    .Range(0, reader.FieldCount)
                    .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture) ?? ""),
            ]);
        return rows;
    }

    public override string[] Columns(string table) =>
        [
            .. Rows(
                    $"SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'transponder' AND table_name = '{table}' ORDER BY ordinal_position"
                )
                .Select(row => row[0]),
        ];

    public override void Dispose() => connection.Dispose();
}
