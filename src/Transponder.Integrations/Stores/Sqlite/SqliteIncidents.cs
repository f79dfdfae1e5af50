using Transponder.Core.Delivery;
using Transponder.Core.Executions;
using Transponder.Core.Store;

namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>The open incidents, inside the writer's transaction: nobody else changes them before its end.</summary>
internal static class SqliteIncidents
{
    public static void Load(SqliteDatabase database, long execution, ExecutionKey key, BatchState state)
    {
        string launchPlan;
        using (var find = database.Use("SELECT launch_project, launch_domain, launch_name FROM executions WHERE id = ?"))
        {
            if (!find.Add(execution).Step())
                return;
            launchPlan = $"{find.Text(0)}/{find.Text(1)}/{find.Text(2)}";
        }
        state.LaunchPlans[key] = launchPlan;
        using var rows = database.Use("SELECT channel, target, opener, failed_at FROM incidents WHERE key = ?");
        rows.Add(launchPlan);
        while (rows.Step())
        {
            var name = new IncidentName(rows.Text(0), rows.Text(1) is { Length: > 0 } target ? target : null, launchPlan);
            state.Incidents[name] = new OpenIncident(rows.Long(2), rows.Time(3));
        }
    }

    public static void Write(SqliteDatabase database, Dictionary<IncidentName, OpenIncident?> incidents)
    {
        if (incidents.Count == 0)
            return;
        using var open = database.Use(
            """
            INSERT INTO incidents (key, channel, target, opener, failed_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (key, channel, target) DO UPDATE SET opener = excluded.opener, failed_at = excluded.failed_at
            """
        );
        using var end = database.Use("DELETE FROM incidents WHERE key = ? AND channel = ? AND target = ?");
        foreach (var ((channel, target, key), incident) in incidents)
        {
            if (incident is null)
                end.Add(key).Add(channel).Add(target ?? string.Empty).Run();
            else
                open.Add(key).Add(channel).Add(target ?? string.Empty).Add(incident.OpenedBy).Add(incident.FailedAt).Run();
        }
    }

    /// <summary>Someone sends a trigger again: what it opens at the provider, the next success must end.</summary>
    public static void Reopen(SqliteDatabase database, IReadOnlyCollection<string> deliveryIds)
    {
        using var reopen = database.Use(
            """
            INSERT INTO incidents (key, channel, target, opener, failed_at)
            SELECT d.incident_key, d.channel, coalesce(d.target, ''), coalesce(d.incident_opener, d.execution_id), v.occurred_at
            FROM deliveries d JOIN events v ON v.position = d.event_position
              JOIN executions e ON e.id = d.execution_id
            WHERE d.delivery_id = ? AND d.incident_action = 1
              AND d.incident_key = e.launch_project || '/' || e.launch_domain || '/' || e.launch_name
            ON CONFLICT (key, channel, target) DO NOTHING
            """
        );
        foreach (var id in deliveryIds)
            reopen.Add(id).Run();
    }
}
