using Npgsql;
using Transponder.Core.Delivery;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>Messages of tasks, with the locks of a batch of events in the same order: execution, positions, destinations.</summary>
internal static class PostgresMessages
{
    // Retention waits for the lock, and then finds the delivery.
    private const string LockExecution = """
        SELECT id, phase FROM execution_state
        WHERE id = (SELECT id FROM executions WHERE project = $1 AND domain = $2 AND name = $3)
        FOR KEY SHARE
        """;

    private const string AddDeliveries = """
        INSERT INTO deliveries
            (delivery_id, execution_id, event_position, phase, notification, channel, target, address, destination_id, state, reason,
             created_at, active_since, updated_at, lane, traceparent, sender, message)
        SELECT k.delivery_id, $1, 0, $2, $3, k.channel, k.target, k.address, d.id, k.state, k.reason, $4, $4, $4, k.lane, $5, $6, $7
        FROM unnest($8, $9, $10, $11, $12, $13, $14, $15) WITH ORDINALITY
            AS k (delivery_id, channel, target, address, destination, state, reason, lane, ord)
        CROSS JOIN LATERAL (SELECT id FROM destinations WHERE key = k.destination OFFSET 0) d
        ORDER BY k.ord
        ON CONFLICT (delivery_id) DO NOTHING
        """;

    public static async Task<int?> AddAsync(PostgresDatabase database, TaskMessage message, CancellationToken cancellationToken)
    {
        int? stored = null;
        await database.WriteAsync(
            async connection =>
            {
                stored = await FindAsync(connection, message) is var (id, phase) ? await AddAsync(connection, message, id, phase) : null;
                return stored > 0;
            },
            cancellationToken
        );
        return stored;
    }

    private static async Task<(long Id, int Phase)?> FindAsync(NpgsqlConnection connection, TaskMessage message)
    {
        var key = message.Execution;
        await using var find = connection.Command(LockExecution, Text(key.Project), Text(key.Domain), Text(key.Name));
        await using var rows = await find.ExecuteReaderAsync(CancellationToken.None);
        return await rows.ReadAsync(CancellationToken.None) ? (rows.GetInt64(0), rows.GetInt16(1)) : null;
    }

    // Under the lock of positions, rows get their numbers in the order in which they are committed; claims rely on it.
    private static async Task<int> AddAsync(NpgsqlConnection connection, TaskMessage message, long execution, int phase)
    {
        var all = message.Deliveries;
        var destinations = all.DistinctBy(one => one.Destination).ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.Add(PostgresBatchWriter.LockPositions);
        batch.Add(
            PostgresBatchWriter.AddDestinations,
            Texts(destinations.Select(one => one.Destination)),
            Texts(destinations.Select(one => one.Channel))
        );
        batch.Add(
            AddDeliveries,
            Long(execution),
            Short(phase),
            Int(NewDelivery.FromTask),
            Moment(message.CreatedAt),
            Text(message.TraceParent),
            Text(message.Sender),
            Bytes(message.Content),
            Texts(all.Select(one => one.DeliveryId)),
            Texts(all.Select(one => one.Channel)),
            Texts(all.Select(one => one.Target)),
            Texts(all.Select(one => one.Address)),
            Texts(all.Select(one => one.Destination)),
            Shorts(all.Select(one => (int)one.State)),
            Shorts(all.Select(one => (int)one.Reason)),
            Texts(all.Select(one => one.Lane))
        );
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
        return (int)batch.BatchCommands[2].Rows;
    }
}
