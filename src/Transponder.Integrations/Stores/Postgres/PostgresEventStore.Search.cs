using Npgsql;
using NpgsqlTypes;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

internal sealed partial class PostgresEventStore
{
    private const string Found = """
        SELECT v.position, v.id, v.execution_id, v.kind, v.phase, v.sequence, v.occurred_at, v.received_at, v.request, v.traceparent,
            e.project, e.domain, e.name
        FROM events v JOIN executions e ON e.id = v.execution_id
        WHERE v.position > $1 AND v.position <= $2
          AND ($3::timestamptz IS NULL OR v.received_at >= $3) AND ($4::timestamptz IS NULL OR v.received_at < $4)
          AND (CASE WHEN $5::integer[] IS NULL THEN v.kind <= 3 ELSE v.kind * 100 + v.phase = ANY($5) END)
          AND ($6::text[] IS NULL OR e.project = ANY($6))
          AND ($7::text IS NULL OR e.project = $7) AND ($8::text IS NULL OR e.domain = $8)
        """;

    // Asked only where a search names kinds that are no execution's.
    private const string FoundOfScopes = """
        SELECT v.position, v.id, v.execution_id, v.kind, v.phase, v.sequence, v.occurred_at, v.received_at, v.request, v.traceparent,
            v.scope_project, v.scope_domain, v.scope_name
        FROM events v
        WHERE v.execution_id < 0 AND v.position > $1 AND v.position <= $2
          AND ($3::timestamptz IS NULL OR v.received_at >= $3) AND ($4::timestamptz IS NULL OR v.received_at < $4)
          AND v.kind * 100 + v.phase = ANY($5)
          AND ($6::text[] IS NULL OR v.scope_project = ANY($6))
          AND ($7::text IS NULL OR v.scope_project = $7) AND ($8::text IS NULL OR v.scope_domain = $8)
        """;

    private const string OfExecution = """
         AND v.shard = $10 AND v.execution_id = (SELECT id FROM executions WHERE project = $7 AND domain = $8 AND name = $11)
        """;

    // Positions that were given out and never committed are missing too: what retention has not removed counts as the log's.
    private const string Bounds = """
        SELECT coalesce(least(b.first, r.through + 1), 0), coalesce(b.last, 0)
        FROM (SELECT (SELECT min(position) FROM events) AS first, (SELECT max(position) FROM events) AS last) b
        LEFT JOIN events_removed r ON b.first IS NOT NULL
        """;

    public Task<(long First, long Last)> BoundsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                await using var command = connection.Command(Bounds);
                return (await command.ListAsync(row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken)).Single();
            },
            cancellationToken
        );

    public Task<IReadOnlyList<LoggedEvent>> SearchAsync(LogQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var order = query.Descending ? " ORDER BY position DESC LIMIT $9" : " ORDER BY position LIMIT $9";
        var sql =
            query.Execution is not null ? Found + OfExecution + order
            : query.Phases?.Any(one => one.Kind.IsOfCatalog()) == true ? Found + " UNION ALL " + FoundOfScopes + order
            : Found + order;
        return database.ReadAsync<IReadOnlyList<LoggedEvent>>(
            async connection =>
            {
                await using var command = connection.Command(sql, Parameters(query));
                return await command.ListAsync(
                    row => Event(row, new ExecutionKey(row.GetString(10), row.GetString(11), row.GetString(12))),
                    cancellationToken
                );
            },
            cancellationToken
        );
    }

    private static NpgsqlParameter[] Parameters(LogQuery query)
    {
        List<NpgsqlParameter> parameters =
        [
            Long(query.After),
            Long(query.Until),
            Moment(query.Since),
            Moment(query.Before),
            Codes(query),
            Names(query.Projects),
            Text(query.Execution?.Project ?? query.Project),
            Text(query.Execution?.Domain ?? query.Domain),
            Long(query.Limit),
        ];
        if (query.Execution is { } execution)
            parameters.AddRange([Short(execution.Shard), Text(execution.Name)]);
        return [.. parameters];
    }

    private static NpgsqlParameter Codes(LogQuery query) =>
        query.Phases is { } phases
            ? Ints(phases.Select(one => ((int)one.Kind * 100) + one.Phase))
            : new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer, Value = DBNull.Value };

    private static NpgsqlParameter Names(IReadOnlySet<string>? names) =>
        names is not null
            ? Texts(names)
            : new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = DBNull.Value };
}
