using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Writes changes that are told of to the log, inside the transaction of the change.</summary>
internal static class SqliteChanges
{
    public static void Write(SqliteDatabase database, EventRecord change)
    {
        using var insert = database.Use(
            """
            INSERT INTO events
              (id, execution_id, shard, kind, phase, sequence, occurred_at, received_at, request, scope_project, scope_domain, scope_name)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        );
        Span<byte> id = stackalloc byte[16];
        change.Id.TryWriteBytes(id, bigEndian: true, out _);
        insert.Add(id).Add(change.ExecutionId).Add(change.Shard).Add((int)change.Kind).Add(change.Phase).Add(change.Sequence);
        insert.Add(change.OccurredAt).Add(change.ReceivedAt).Add(change.Request.Span);
        insert.Add(change.Scope?.Project).Add(change.Scope?.Domain).Add(change.Scope?.Name).Run();
    }

    /// <summary>Tells of a delivery that ended.</summary>
    public static void WriteEnd(SqliteDatabase database, DeliveryOutcome outcome)
    {
        if (Find(database, outcome.RowId) is { } delivery)
            Write(database, NotificationChanges.Ended(delivery, outcome));
    }

    private static EndedDelivery? Find(SqliteDatabase database, long id)
    {
        using var rows = database.Use(
            """
            SELECT d.delivery_id, d.execution_id, e.project, e.domain, e.name, d.phase, d.channel, d.address
            FROM deliveries d JOIN executions e ON e.id = d.execution_id WHERE d.id = ?
            """
        );
        return rows.Add(id).Step()
            ? new EndedDelivery(
                id,
                rows.Text(0),
                rows.Long(1),
                new ExecutionKey(rows.Text(2), rows.Text(3), rows.Text(4)),
                (WorkflowPhase)rows.Int(5),
                rows.Text(6),
                rows.Text(7)
            )
            : null;
    }
}
