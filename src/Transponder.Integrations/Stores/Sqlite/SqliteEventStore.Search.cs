using System.Text.Json;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

internal sealed partial class SqliteEventStore
{
    private const string Found = """
        SELECT v.position, v.id, v.execution_id, v.kind, v.phase, v.sequence, v.occurred_at, v.received_at, v.request, v.traceparent,
          e.project, e.domain, e.name
        FROM events v JOIN executions e ON e.id = v.execution_id
        WHERE v.position > ?1 AND v.position <= ?2
          AND (?3 IS NULL OR v.received_at >= ?3) AND (?4 IS NULL OR v.received_at < ?4)
          AND (CASE WHEN ?5 IS NULL THEN v.kind <= 3 ELSE v.kind * 100 + v.phase IN (SELECT value FROM json_each(?5)) END)
          AND (?6 IS NULL OR e.project IN (SELECT value FROM json_each(?6)))
          AND (?7 IS NULL OR e.project = ?7) AND (?8 IS NULL OR e.domain = ?8)
        """;

    // Asked only where a search names kinds that are no execution's.
    private const string FoundOfScopes = """
        SELECT v.position, v.id, v.execution_id, v.kind, v.phase, v.sequence, v.occurred_at, v.received_at, v.request, v.traceparent,
          v.scope_project, v.scope_domain, v.scope_name
        FROM events v
        WHERE v.execution_id < 0 AND v.position > ?1 AND v.position <= ?2
          AND (?3 IS NULL OR v.received_at >= ?3) AND (?4 IS NULL OR v.received_at < ?4)
          AND v.kind * 100 + v.phase IN (SELECT value FROM json_each(?5))
          AND (?6 IS NULL OR v.scope_project IN (SELECT value FROM json_each(?6)))
          AND (?7 IS NULL OR v.scope_project = ?7) AND (?8 IS NULL OR v.scope_domain = ?8)
        """;

    private const string OfExecution = """
         AND v.shard = ?10 AND v.execution_id = (SELECT id FROM executions WHERE project = ?7 AND domain = ?8 AND name = ?11)
        """;

    public Task<(long First, long Last)> BoundsAsync(CancellationToken cancellationToken) =>
        readers.ReadAsync(
            database =>
            {
                using var row = database.Use("SELECT (SELECT min(position) FROM events), (SELECT max(position) FROM events)");
                return row.Step() ? (row.Long(0), row.Long(1)) : (0L, 0L);
            },
            cancellationToken
        );

    public Task<IReadOnlyList<LoggedEvent>> SearchAsync(LogQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return readers.ReadAsync<IReadOnlyList<LoggedEvent>>(database => Search(database, query), cancellationToken);
    }

    private static List<LoggedEvent> Search(SqliteDatabase database, LogQuery query)
    {
        var order = query.Descending ? " ORDER BY position DESC LIMIT ?9" : " ORDER BY position LIMIT ?9";
        using var rows = database.Use(
            query.Execution is not null ? Found + OfExecution + order
            : query.Phases?.Any(one => one.Kind.IsOfCatalog()) == true ? Found + " UNION ALL " + FoundOfScopes + order
            : Found + order
        );
        rows.Add(query.After)
            .Add(query.Until)
            .Add(query.Since)
            .Add(query.Before)
            .Add(query.Phases is { } phases ? JsonSerializer.Serialize(phases.Select(one => ((int)one.Kind * 100) + one.Phase)) : null)
            .Add(query.Projects is { } projects ? JsonSerializer.Serialize(projects) : null)
            .Add(query.Execution?.Project ?? query.Project)
            .Add(query.Execution?.Domain ?? query.Domain)
            .Add((long)query.Limit);
        if (query.Execution is { } execution)
            rows.Add((long)execution.Shard).Add(execution.Name);
        var events = new List<LoggedEvent>();
        while (rows.Step())
            events.Add(Event(rows, rows.Long(0), rows.Long(2), new ExecutionKey(rows.Text(10), rows.Text(11), rows.Text(12))));
        return events;
    }
}
