namespace Transponder.Integrations.Stores.Sqlite;

/// <summary>Counts, of events that are removed, those that sinks had not got yet: above the lane's cursor, or of an execution that is held.</summary>
internal sealed class SqliteUnsent
{
    private readonly List<(string Sink, int Shard, long Position)> lanes = [];
    private readonly Dictionary<(long Execution, string Sink), long> held = [];
    private readonly Dictionary<string, long> counts = [];

    public SqliteUnsent(SqliteDatabase database)
    {
        using (var rows = database.Use("SELECT sink, shard, position FROM lanes"))
            while (rows.Step())
                this.lanes.Add((rows.Text(0), rows.Int(1), rows.Long(2)));
        using var waiting = database.Use("SELECT execution_id, sink, position FROM lane_held");
        while (waiting.Step())
            this.held.Add((waiting.Long(0), waiting.Text(1)), waiting.Long(2));
    }

    public IReadOnlyDictionary<string, long> Counts => counts;

    public void Count(long position, int shard, long execution)
    {
        foreach (var lane in this.lanes)
            if (lane.Shard == shard && position > Sent(lane, execution))
                counts[lane.Sink] = counts.GetValueOrDefault(lane.Sink) + 1;
    }

    private long Sent((string Sink, int Shard, long Position) lane, long execution) =>
        this.held.TryGetValue((execution, lane.Sink), out var position) ? Math.Min(position, lane.Position) : lane.Position;
}
