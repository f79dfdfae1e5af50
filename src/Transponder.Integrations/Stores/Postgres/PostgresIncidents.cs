using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// The open incidents of launch plans. A batch in which executions end locks their launch plans, after the executions and before the positions, so
/// that a failure and a success that two processes commit meet in the order of the log.
/// </summary>
internal static class PostgresIncidents
{
    // Launch plans share a bounded number of locks, taken in order.
    public const string Lock = """
        SELECT pg_advisory_xact_lock(1953656688, bucket)
        FROM (
            SELECT DISTINCT hashtext(e.launch_project || '/' || e.launch_domain || '/' || e.launch_name) & 1023 AS bucket
            FROM unnest($1) AS k (id)
            CROSS JOIN LATERAL (
                SELECT launch_project, launch_domain, launch_name FROM executions WHERE executions.id = k.id OFFSET 0
            ) e
            ORDER BY bucket
        ) buckets
        """;

    // A statement of its own: it sees what was committed up to the moment when the locks were granted.
    public const string Load = """
        SELECT k.ord, e.launch_plan, i.channel, i.target, i.opener, i.failed_at
        FROM unnest($1) WITH ORDINALITY AS k (id, ord)
        CROSS JOIN LATERAL (
            SELECT launch_project || '/' || launch_domain || '/' || launch_name AS launch_plan FROM executions WHERE executions.id = k.id OFFSET 0
        ) e
        LEFT JOIN LATERAL (SELECT * FROM incidents WHERE incidents.key = e.launch_plan OFFSET 0) i ON true
        """;

    private const string Open = """
        INSERT INTO incidents (key, channel, target, opener, failed_at)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (key, channel, target) DO UPDATE SET opener = excluded.opener, failed_at = excluded.failed_at
        """;

    private const string End = """
        DELETE FROM incidents i USING unnest($1, $2, $3) AS k (key, channel, target)
        WHERE i.key = k.key AND i.channel = k.channel AND i.target = k.target
        """;

    /// <summary>Someone sends a trigger again: what it opens at the provider, the next success must end.</summary>
    public const string Reopen = """
        INSERT INTO incidents (key, channel, target, opener, failed_at)
        SELECT d.incident_key, d.channel, coalesce(d.target, ''), coalesce(d.incident_opener, d.execution_id), v.occurred_at
        FROM (SELECT * FROM deliveries WHERE delivery_id = ANY($1) AND incident_action = 1 ORDER BY id OFFSET 0) d
        CROSS JOIN LATERAL (SELECT occurred_at FROM events WHERE events.position = d.event_position OFFSET 0) v
        CROSS JOIN LATERAL (SELECT * FROM executions WHERE executions.id = d.execution_id OFFSET 0) e
        WHERE d.incident_key = e.launch_project || '/' || e.launch_domain || '/' || e.launch_name
        ON CONFLICT (key, channel, target) DO NOTHING
        """;

    public static void Read(NpgsqlDataReader row, ExecutionKey execution, BatchState state)
    {
        var launchPlan = row.GetString(1);
        state.LaunchPlans[execution] = launchPlan;
        if (row.IsDBNull(2))
            return;
        var name = new IncidentName(row.GetString(2), row.GetString(3) is { Length: > 0 } target ? target : null, launchPlan);
        state.Incidents[name] = new OpenIncident(row.GetInt64(4), row.MomentAt(5));
    }

    public static void Write(NpgsqlBatch batch, Dictionary<IncidentName, OpenIncident?> incidents)
    {
        var open = incidents.Where(one => one.Value is not null).ToArray();
        if (open.Length > 0)
            batch.Add(
                Open,
                [
                    .. Names(open.Select(one => one.Key)),
                    Longs(open.Select(one => one.Value!.OpenedBy)),
                    Moments(open.Select(one => one.Value?.FailedAt)),
                ]
            );
        var ended = incidents.Where(one => one.Value is null).Select(one => one.Key).ToArray();
        if (ended.Length > 0)
            batch.Add(End, Names(ended));
    }

    private static NpgsqlParameter[] Names(IEnumerable<IncidentName> names) =>
        [
            Texts(names.Select(name => name.Key)),
            Texts(names.Select(name => name.Channel)),
            Texts(names.Select(name => name.Target ?? string.Empty)),
        ];
}
