using Npgsql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// Sees to it that the log's next partitions are there before events need them: beside the commits, so that none waits for it. Whatever keeps it
/// from that, a commit that finds no partition makes it and is repeated.
/// </summary>
internal sealed class PostgresPartitions(NpgsqlDataSource pool)
{
    /// <summary>
    /// How many positions a partition has, as the schema makes them: the fewer partitions, the cheaper what must look at all of them; the smaller,
    /// the sooner one is old enough to go.
    /// </summary>
    public const long Size = 4_000_000;

    private const long BetweenAttempts = 10_000;

    private const string Extend = "SELECT extend_events((SELECT last_value FROM events_position_seq))";

    private readonly Lock gate = new();
    private Task extending = Task.CompletedTask;
    private long due;

    /// <summary>An event with that position has been committed.</summary>
    public void Reached(long position)
    {
        if (position < Volatile.Read(ref due))
            return;
        lock (gate)
        {
            if (position < due || !extending.IsCompleted)
                return;
            due = position + BetweenAttempts;
            extending = Task.Run(TryExtendAsync);
        }
    }

    /// <summary>Makes what is missing for the positions that have been given out.</summary>
    public async Task ExtendAsync()
    {
        await using var connection = await pool.OpenConnectionAsync();
        await using var command = connection.Command(Extend);
        var end = (long)(await command.ExecuteScalarAsync())!;
        Volatile.Write(ref due, end - (2 * Size));
    }

    /// <summary>Ends when nothing is being made any more.</summary>
    public Task EndAsync()
    {
        lock (gate)
            return extending;
    }

    private async Task TryExtendAsync()
    {
        try
        {
            await ExtendAsync();
        }
        catch (Exception error) when (PostgresFailure.Covers(error))
        {
            // There are two partitions left; if it goes on, a commit says why.
        }
    }
}
