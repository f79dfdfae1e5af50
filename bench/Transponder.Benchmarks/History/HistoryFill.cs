using System.Diagnostics;
using System.Globalization;
using Transponder.Benchmarks.Ingest;
using Transponder.Core.Executions;
using Transponder.Tests.Rig;

namespace Transponder.Benchmarks.History;

/// <summary>
/// Fills a store: the server itself records a few executions whole, with their notifications delivered, and their rows are then copied in the
/// store's tables, under new names and numbers, until there are enough events.
/// </summary>
internal static class HistoryFill
{
    private const int Templates = 40;
    private const int EventsPerStatement = 200_000;
    private const int RowsPerStatement = 10_000;

    /// <summary>How large a request is in the log, as propeller's are with their inputs and their closures.</summary>
    private const int RequestBytes = 600;

    /// <summary>The rows that belong to an execution: what each copy has otherwise than its original. x, p, d: how many executions, positions, deliveries a copy takes.</summary>
    private static readonly (string Table, string Scope, (string Column, string Value)[] Changes)[] tables =
    [
        ("executions", "id <= {x}", [("id", "t.id + s.k * {x}"), ("name", "t.name || '-' || s.k")]),
        ("execution_state", "id <= {x}", [("id", "t.id + s.k * {x}")]),
        ("execution_closures", "id <= {x}", [("id", "t.id + s.k * {x}")]),
        ("node_executions", "execution_id <= {x}", [("execution_id", "t.execution_id + s.k * {x}")]),
        ("task_executions", "execution_id <= {x}", [("execution_id", "t.execution_id + s.k * {x}")]),
        (
            "events",
            "position <= {p}",
            [
                ("position", "t.position + s.k * {p}"),
                ("id", "{random}"),
                ("execution_id", "t.execution_id + s.k * {x}"),
                ("shard", "(SELECT shard FROM copy_shards c WHERE c.execution = t.execution_id AND c.k = s.k)"),
                ("request", "t.request || {padding}"),
            ]
        ),
        (
            "deliveries",
            "id <= {d}",
            [
                ("id", "t.id + s.k * {d}"),
                ("delivery_id", "t.delivery_id || '-' || s.k"),
                ("execution_id", "t.execution_id + s.k * {x}"),
                ("event_position", "t.event_position + s.k * {p}"),
            ]
        ),
        ("delivery_attempts", "delivery <= {d}", [("delivery", "t.delivery + s.k * {d}")]),
    ];

    /// <summary>Fills the store, unless that many events are in it already.</summary>
    public static async Task FillAsync(StoreUnderTest store, long events, WebhookReceiver receiver)
    {
        var started = Stopwatch.GetTimestamp();
        if (await CountAsync(store) is var there && there >= events)
        {
            await Console.Error.WriteLineAsync($"{store.Name}: {there} events are there already");
            return;
        }

        if (there > 0)
            throw new InvalidOperationException(
                $"{store.Name} has {there} events of {events}, left by another run: remove it and try again"
            );
        await RecordAsync(store, receiver);
        using var sql = store.OpenSql();
        Copy(sql, events, store.Name);
        await Console.Error.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{store.Name}: filled with {Count(sql):#,0} events in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"
            )
        );
    }

    public static long Count(StoreSql sql) => sql.Number("SELECT max(position) FROM events");

    private static async Task<long> CountAsync(StoreUnderTest store)
    {
        await using (var server = ServerProcess.Prepare(store, Workload.Yaml("http://127.0.0.1:9")))
        {
            await server.StartAsync();
            await server.StopAsync();
        }

        using var sql = store.OpenSql();
        return Count(sql);
    }

    private static async Task RecordAsync(StoreUnderTest store, WebhookReceiver receiver)
    {
        await using var server = ServerProcess.Prepare(store, Workload.Yaml(receiver.Url));
        await server.StartAsync();
        using (var client = server.Connect())
            await Workload.RegisterAsync(client.Admin);
        using (var load = new Load(server.Grpc, 1, Templates))
        {
            var names = Enumerable.Range(0, Templates).Select(i => $"history-{i}").ToArray();
            await load.EachAsync(names, (admin, name) => admin.CreateExecutionAsync(Workload.Create(name)));
            await load.RunAsync(names);
            var delivered = 0.0;
            await Eventually.TrueAsync(
                async () =>
                {
                    delivered = (await ServerMetrics.ReadAsync(server)).Sum("transponder_deliveries_total", "state=\"delivered\"");
                    return delivered >= Templates;
                },
                $"the {Templates} notifications",
                TimeSpan.FromMinutes(2)
            );
        }

        await server.StopAsync();
    }

    private static void Copy(StoreSql sql, long events, string store)
    {
        sql.Hurry();
        var (x, p, d) = (Max(sql, "executions", "id"), Max(sql, "events", "position"), Max(sql, "deliveries", "id"));
        var padding = Padding((int)(RequestBytes - sql.Number("SELECT CAST(avg(length(request)) AS integer) FROM events")));
        foreach (var (table, scope, _) in tables.Where(table => sql.Columns(table.Table).Length > 0))
            sql.Execute($"CREATE TEMP TABLE copy_{table} AS SELECT * FROM {table} WHERE {Fill(scope)}");

        var copies = (events + p - 1) / p - 1;
        CopyShards(sql, x, copies);
        var step = Math.Max(1, EventsPerStatement / p);
        for (var first = 1L; first <= copies; first += step)
        {
            var last = Math.Min(copies, first + step - 1);
            sql.Reach((last + 1) * p);
            foreach (var (table, _, changes) in tables)
                CopyTable(table, changes, first, last);
            if (first / step % 10 == 0)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{store}: {last * p:#,0} of {events:#,0} events"));
        }

        sql.Settle();

        void CopyTable(string table, (string Column, string Value)[] changes, long first, long last)
        {
            var given = changes.ToDictionary(change => change.Column, change => Fill(change.Value));
            // A number of its own that nothing refers to is left to the database.
            var columns = sql.Columns(table).Where(column => column != "id" || given.ContainsKey(column)).ToArray();
            if (columns.Length == 0)
                return;
            var (with, from) = sql.Series(first, last);
            var values = columns.Select(column => given.GetValueOrDefault(column, $"t.{Quoted(column)}"));
            var order = table == "events" ? sql.InOrder("s.k, t.position") : "";
            sql.Execute(
                $"INSERT INTO {table} ({string.Join(", ", columns.Select(Quoted))}) {sql.OverridingIdentity} "
                    + $"{with} SELECT {string.Join(", ", values)} FROM {from} CROSS JOIN copy_{table} t {order}"
            );
        }

        string Fill(string text) =>
            text.Replace("{x}", Text(x), StringComparison.Ordinal)
                .Replace("{p}", Text(p), StringComparison.Ordinal)
                .Replace("{d}", Text(d), StringComparison.Ordinal)
                .Replace("{random}", sql.RandomId, StringComparison.Ordinal)
                .Replace("{padding}", sql.Bytes(padding), StringComparison.Ordinal);
    }

    /// <summary>The shards of the copies, which follow from their names.</summary>
    private static void CopyShards(StoreSql sql, long executions, long copies)
    {
        sql.Execute(
            "CREATE TEMP TABLE copy_shards (execution bigint NOT NULL, k bigint NOT NULL, shard int NOT NULL, PRIMARY KEY (execution, k))"
        );
        foreach (var row in sql.Rows($"SELECT id, project, domain, name FROM executions WHERE id <= {Text(executions)}"))
        {
            var (execution, key) = (row[0], new ExecutionKey(row[1], row[2], row[3]));
            for (var first = 1L; first <= copies; first += RowsPerStatement)
            {
                var rows =
                    from k in Enumerable.Range((int)first, (int)Math.Min(RowsPerStatement, copies - first + 1))
                    select $"({execution}, {Text(k)}, {(key with { Name = $"{key.Name}-{Text(k)}" }).Shard})";
                sql.Execute($"INSERT INTO copy_shards VALUES {string.Join(", ", rows)}");
            }
        }
    }

    /// <summary>A field that no message of Flyte's has (number 1,000), so that a padded request is still one that can be read.</summary>
    private static byte[] Padding(int size)
    {
        if (size < 5)
            return [];
        var content = new byte[size - 4];
        new Random(1).NextBytes(content);
        return [0xC2, 0x3E, (byte)(0x80 | (content.Length & 0x7F)), (byte)(content.Length >> 7), .. content];
    }

    private static long Max(StoreSql sql, string table, string column) => sql.Number($"SELECT max({column}) FROM {table}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string column) => $"\"{column}\"";
}
