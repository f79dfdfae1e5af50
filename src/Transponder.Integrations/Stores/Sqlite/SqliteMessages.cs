using Transponder.Core.Delivery;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Messages of tasks, inside the writer's transaction.</summary>
internal static class SqliteMessages
{
    public static int? Add(SqliteDatabase database, SqliteKeyCache cache, TaskMessage message)
    {
        if (cache.Execution(database, message.Execution) is not { } execution)
            return null;
        using var insert = database.Use(
            """
            INSERT INTO deliveries
              (delivery_id, execution_id, event_position, destination_id, phase, notification, channel, target, address, state, reason,
               created_at, updated_at, active_since, lane, traceparent, sender, message)
            SELECT ?1, ?2, 0, ?3, phase, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?10, ?11, ?12, ?13, ?14 FROM execution_state WHERE id = ?2
            ON CONFLICT (delivery_id) DO NOTHING
            """
        );
        var stored = 0;
        foreach (var one in message.Deliveries)
        {
            insert.Add(one.DeliveryId).Add(execution).Add(cache.Destination(database, one.Destination, one.Channel));
            insert.Add(NewDelivery.FromTask).Add(one.Channel).Add(one.Target).Add(one.Address);
            insert.Add((int)one.State).Add((int)one.Reason).Add(message.CreatedAt).Add(one.Lane);
            stored += insert.Add(message.TraceParent).Add(message.Sender).Add(message.Content).Run();
        }
        return stored;
    }
}
