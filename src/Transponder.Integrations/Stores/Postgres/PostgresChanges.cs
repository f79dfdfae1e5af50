using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Writes changes that are told of to the log, as the last thing that a transaction does.</summary>
internal static class PostgresChanges
{
    private const string Append = """
        INSERT INTO events
            (id, execution_id, shard, kind, phase, sequence, occurred_at, received_at, request, scope_project, scope_domain, scope_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private const string Ended = """
        SELECT d.id, d.delivery_id, d.execution_id, e.project, e.domain, e.name, d.phase, d.channel, d.address
        FROM unnest($1) AS k (id)
        CROSS JOIN LATERAL (SELECT * FROM deliveries WHERE deliveries.id = k.id OFFSET 0) d
        CROSS JOIN LATERAL (SELECT * FROM executions WHERE executions.id = d.execution_id OFFSET 0) e
        """;

    public static async Task WriteAsync(NpgsqlConnection connection, params IReadOnlyList<EventRecord> changes)
    {
        if (changes.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(PostgresBatchWriter.LockPositions);
        foreach (var one in changes)
            batch.Add(
                Append,
                Uuid(one.Id),
                Long(one.ExecutionId),
                Short(one.Shard),
                Short((int)one.Kind),
                Short(one.Phase),
                Long(one.Sequence),
                Moment(one.OccurredAt),
                Moment(one.ReceivedAt),
                Bytes(one.Request.ToArray()),
                Text(one.Scope?.Project),
                Text(one.Scope?.Domain),
                Text(one.Scope?.Name)
            );
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Tells of deliveries that ended.</summary>
    public static async Task WriteEndsAsync(NpgsqlConnection connection, IReadOnlyCollection<DeliveryOutcome> outcomes)
    {
        var ends = outcomes.ToDictionary(outcome => outcome.RowId);
        await using var command = connection.Command(Ended, Longs(ends.Keys.Order()));
        var deliveries = await command.ListAsync(
            row => new EndedDelivery(
                row.GetInt64(0),
                row.GetString(1),
                row.GetInt64(2),
                new ExecutionKey(row.GetString(3), row.GetString(4), row.GetString(5)),
                (WorkflowPhase)row.GetInt16(6),
                row.GetString(7),
                row.GetString(8)
            ),
            CancellationToken.None
        );
        await WriteAsync(connection, [.. deliveries.Select(delivery => NotificationChanges.Ended(delivery, ends[delivery.RowId]))]);
    }
}
