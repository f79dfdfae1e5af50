using Npgsql;
using Transponder.Core.Delivery;
using Transponder.Core.Events;
using Transponder.Core.Events.Changes;
using Transponder.Core.Executions;
using Transponder.Core.Store;
using Transponder.Notifiers;
using static Transponder.Integrations.Stores.Postgres.PostgresSql;

namespace Transponder.Integrations.Stores.Postgres;

/// <summary>
/// Deliveries and their destinations. What changes deliveries locks their destinations first, in order of id, so that owners, a takeover and a
/// replay never meet half-way; a record of deliveries without lanes locks nothing but them.
/// </summary>
internal sealed class PostgresDeliveryStore(PostgresDatabase database, ChangeInterest interest) : IDeliveryStore
{
    private const string LockHeld = """
        SELECT id FROM destinations
        WHERE id = $1 AND fence = $2 AND owner IS NOT NULL AND lease_until > clock_timestamp()
        FOR NO KEY UPDATE
        """;

    private const string LockDestination = "SELECT id FROM destinations WHERE id = $1 FOR NO KEY UPDATE";

    private const string Blocked = """
        d.lane IS NOT NULL AND EXISTS (
            SELECT FROM deliveries b
            WHERE b.destination_id = $1 AND b.lane = d.lane AND b.id < d.id AND b.state IN (1, 3, 4)
        )
        """;

    // Due retries first, then never-tried ones. What waits for the message before it in its lane is put off, until that one lets it go; the minute
    // is for the case that it never does. Nothing is picked without the lease, whose row the statement before has locked.
    private const string Claim = $"""
        WITH lease AS MATERIALIZED (
            SELECT 1 FROM destinations WHERE id = $1 AND fence = $2 AND owner IS NOT NULL AND lease_until > clock_timestamp()
        ), picked AS MATERIALIZED (
            SELECT p.id, p.blocked, row_number() OVER () AS ord
            FROM (
                (
                    SELECT d.id, {Blocked} AS blocked
                    FROM deliveries d
                    WHERE d.destination_id = $1 AND d.due_at <= $3
                    ORDER BY d.due_at, d.id LIMIT $5
                )
                UNION ALL
                (
                    SELECT d.id, {Blocked} AS blocked
                    FROM deliveries d
                    WHERE d.destination_id = $1 AND d.state = 1 AND d.due_at IS NULL AND d.id > $4
                    ORDER BY d.id LIMIT $5
                )
                LIMIT $5
            ) p
            WHERE EXISTS (SELECT FROM lease)
        ), put_off AS (
            UPDATE deliveries SET due_at = $3 + interval '1 minute' WHERE id = ANY(ARRAY(SELECT id FROM picked WHERE blocked))
        ), marked AS (
            UPDATE deliveries SET state = 3, due_at = NULL, claim_fence = $2, updated_at = $3
            WHERE id = ANY(ARRAY(SELECT id FROM picked WHERE NOT blocked))
        )
        SELECT d.id, d.delivery_id, d.channel, d.target, d.notification, d.attempts, d.step, d.created_at, d.active_since, d.replayed,
            e.project, e.domain, e.name, e.spec, c.closure, s.cluster, v.request, d.lane, h.receipt, d.incident_key, d.incident_action,
            k.blocked, d.traceparent, d.message
        FROM picked k
        CROSS JOIN LATERAL (SELECT * FROM deliveries WHERE deliveries.id = k.id OFFSET 0) d
        CROSS JOIN LATERAL (SELECT * FROM executions WHERE executions.id = d.execution_id OFFSET 0) e
        CROSS JOIN LATERAL (SELECT closure FROM execution_closures WHERE execution_closures.id = d.execution_id OFFSET 0) c
        CROSS JOIN LATERAL (SELECT cluster FROM execution_state WHERE execution_state.id = d.execution_id OFFSET 0) s
        LEFT JOIN LATERAL (SELECT request FROM events WHERE events.position = d.event_position OFFSET 0) v ON true
        LEFT JOIN LATERAL (
            SELECT receipt FROM threads WHERE threads.destination_id = $1 AND threads.lane = d.lane OFFSET 0
        ) h ON true
        ORDER BY k.ord
        """;

    // An interruption that was assumed gives way to what really happened. The state comes first: a takeover goes by the same order of locks.
    private const string RecordAttempts = """
        INSERT INTO delivery_attempts (delivery, number, started_at, latency_us, outcome, reason, detail)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (delivery, number) DO UPDATE SET
            started_at = excluded.started_at, latency_us = excluded.latency_us, outcome = excluded.outcome, reason = excluded.reason,
            detail = excluded.detail
        """;

    // A statement per row: one that joins arrays took 324 µs a row once its generic plan was kept. The sum keeps the planner from the index of
    // claimed rows, whose entries change with every claim.
    private const string RecordState = """
        UPDATE deliveries SET
            state = $3, due_at = $4, claim_fence = NULL, reason = $5, step = $6, attempts = $7, subject = $8, receipt = coalesce($9, receipt),
            updated_at = $10
        WHERE id = $1 AND state + 0 = 3 AND claim_fence = $2
        """;

    private const string BeginThreads = """
        INSERT INTO threads (destination_id, lane, receipt, created_at)
        SELECT $1, k.lane, k.receipt, k.created_at FROM unnest($2, $3, $4) AS k (lane, receipt, created_at)
        ON CONFLICT (destination_id, lane) DO NOTHING
        """;

    private const string LetNextGo = """
        UPDATE deliveries SET due_at = $3
        WHERE state = 1 AND due_at > $3 AND id = ANY(ARRAY(
            SELECT n.id
            FROM unnest($2) AS k (lane)
            CROSS JOIN LATERAL (
                SELECT id FROM deliveries
                WHERE destination_id = $1 AND lane = k.lane AND state IN (1, 3, 4)
                ORDER BY deliveries.id LIMIT 1
            ) n
        ))
        """;

    // Due since the moment of the claim: at once by whatever clock the claimer goes.
    private const string GiveBack = """
        UPDATE deliveries SET state = CASE attempts WHEN 0 THEN 1 ELSE 4 END, due_at = updated_at, claim_fence = NULL
        WHERE id = ANY($2) AND state = 3 AND claim_fence = $1
        """;

    private const string Park = """
        UPDATE destinations SET parked_since = $2, parked_reason = $3, parked_detail = $4 WHERE key = $1
        """;

    private const string SaveSnapshot = """
        UPDATE destinations SET snapshot = $3 WHERE id = $1 AND fence = $2 AND owner IS NOT NULL
        """;

    private const string LockReplayed = """
        SELECT id FROM destinations
        WHERE id IN (SELECT destination_id FROM deliveries WHERE delivery_id = ANY($1))
        ORDER BY id
        FOR NO KEY UPDATE
        """;

    private const string Replay = """
        WITH again AS (
            UPDATE deliveries SET
                due_at = $2, active_since = $2, updated_at = $2, step = 0, replayed = true,
                reason = CASE state WHEN 8 THEN 0 ELSE reason END,
                state = CASE attempts WHEN 0 THEN 1 ELSE 4 END
            WHERE delivery_id = ANY($1) AND state <> 3
            RETURNING delivery_id, destination_id
        ), resumed AS (
            UPDATE destinations SET parked_since = NULL, parked_reason = NULL, parked_detail = NULL
            WHERE id IN (SELECT destination_id FROM again) AND parked_since IS NOT NULL
        )
        SELECT delivery_id FROM again
        """;

    // Each part is counted in its own small index. Untried ones came to be in the order of their numbers.
    private const string Backlog = """
        SELECT d.key, d.channel, untried.waiting + due.waiting + sending.waiting, least(first.created_at, due.oldest, sending.oldest),
            d.parked_since, d.parked_reason, d.parked_detail
        FROM destinations d
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting FROM deliveries WHERE destination_id = d.id AND state = 1 AND due_at IS NULL
        ) untried
        LEFT JOIN LATERAL (
            SELECT created_at FROM deliveries WHERE destination_id = d.id AND state = 1 AND due_at IS NULL ORDER BY id LIMIT 1
        ) first ON true
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting, min(created_at) AS oldest FROM deliveries WHERE destination_id = d.id AND due_at IS NOT NULL
        ) due
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting, min(created_at) AS oldest FROM deliveries WHERE destination_id = d.id AND state = 3
        ) sending
        ORDER BY d.key
        """;

    private readonly PostgresLeases leases = new(database);
    private readonly PostgresDeliveryReader reader = new(database);

    public Task<int?> AddAsync(TaskMessage message, CancellationToken cancellationToken) =>
        PostgresMessages.AddAsync(database, message, cancellationToken);

    public Task<IReadOnlyList<DestinationLease>> LeaseAsync(string owner, TimeSpan duration, CancellationToken cancellationToken) =>
        leases.LeaseAsync(owner, duration, cancellationToken);

    public Task<IReadOnlyList<DestinationWork>> FindWorkAsync(string owner, DateTimeOffset now, CancellationToken cancellationToken) =>
        leases.FindWorkAsync(owner, now, cancellationToken);

    public Task GiveBackAsync(IReadOnlyList<DestinationLease> leases, CancellationToken cancellationToken) =>
        this.leases.GiveBackAsync(leases, cancellationToken);

    public Task ReleaseAsync(string owner, CancellationToken cancellationToken) => leases.ReleaseAsync(owner, cancellationToken);

    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        DestinationLease lease,
        long afterRow,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        List<ClaimedDelivery> claimed = [];
        while (await ClaimSomeAsync(claimed, lease, afterRow, now, limit - claimed.Count, cancellationToken)) { }
        return claimed;
    }

    /// <summary>Claims up to the limit; true when some stood in the way that wait for others, and there may be more behind them.</summary>
    private async Task<bool> ClaimSomeAsync(
        List<ClaimedDelivery> claimed,
        DestinationLease lease,
        long afterRow,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var before = claimed.Count;
        var blocked = 0;
        await database.WriteDeliveryAsync(
            async connection =>
            {
                claimed.RemoveRange(before, claimed.Count - before);
                blocked = 0;
                await using var batch = new NpgsqlBatch(connection);
                batch.Add(LockHeld, Long(lease.Id), Long(lease.Fence));
                batch.Add(Claim, Long(lease.Id), Long(lease.Fence), Moment(now), Long(afterRow), Long(limit));
                await using var rows = await batch.ExecuteReaderAsync(CancellationToken.None);
                await rows.NextResultAsync(CancellationToken.None);
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    if (rows.GetBoolean(21))
                        blocked++;
                    else
                        claimed.Add(PostgresDeliveryReader.Claimed(rows));
                }
                return claimed.Count + blocked > before;
            },
            cancellationToken
        );
        return blocked > 0 && claimed.Count - before < limit;
    }

    public async Task<int> RecordAsync(DestinationLease lease, IReadOnlyList<DeliveryOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Count == 0)
            return 0;
        var owned = 0;
        await database.WriteDeliveryAsync(
            async connection =>
            {
                owned = 0;
                await using var batch = new NpgsqlBatch(connection);
                var ordered = outcomes.OrderBy(outcome => outcome.RowId).ToArray();
                foreach (var outcome in ordered)
                    batch.Add(RecordState, StateOf(lease, outcome));
                batch.Add(RecordAttempts, AttemptsOf(outcomes));
                AddLanes(batch, lease, outcomes);
                // Only what decides who goes next needs the destination: all else leaves it to the claims that come meanwhile.
                if (outcomes.Any(outcome => outcome.Lane is not null))
                    await IdsAsync(connection, LockDestination, Long(lease.Id));
                await batch.ExecuteNonQueryAsync(CancellationToken.None);
                for (var i = 0; i < outcomes.Count; i++)
                    owned += (int)batch.BatchCommands[i].Rows;
                if (interest.Includes(EventKind.Notification))
                    await PostgresChanges.WriteEndsAsync(
                        connection,
                        [.. ordered.Where((outcome, i) => batch.BatchCommands[i].Rows > 0 && NotificationChanges.IsEnd(outcome))]
                    );
                return true;
            },
            cancellationToken
        );
        return owned;
    }

    private static void AddLanes(NpgsqlBatch batch, DestinationLease lease, IReadOnlyList<DeliveryOutcome> outcomes)
    {
        var ended = outcomes.Where(outcome => outcome is { Lane: not null, NextAttemptAt: null }).ToArray();
        if (ended.Length == 0)
            return;
        var begun = ended.Where(outcome => outcome is { BeginsThread: true, Receipt: not null }).ToArray();
        if (begun.Length > 0)
            batch.Add(
                BeginThreads,
                Long(lease.Id),
                Texts(begun.Select(outcome => outcome.Lane)),
                Texts(begun.Select(outcome => outcome.Receipt)),
                Moments(begun.Select(outcome => (DateTimeOffset?)outcome.EndedAt))
            );
        batch.Add(
            LetNextGo,
            Long(lease.Id),
            Texts(ended.Select(outcome => outcome.Lane).Distinct()),
            Moment(ended.Max(outcome => outcome.EndedAt))
        );
    }

    public Task ReturnAsync(DestinationLease lease, IReadOnlyList<long> rows, CancellationToken cancellationToken) =>
        database.WriteDeliveryAsync(
            async connection =>
            {
                await IdsAsync(connection, LockDestination, Long(lease.Id));
                await using var command = connection.Command(GiveBack, Long(lease.Fence), Longs(rows));
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    public Task ParkAsync(string destination, Parking? parking, CancellationToken cancellationToken) =>
        ExecuteAsync(
            Park,
            () => [Text(destination), Moment(parking?.Since), ShortOrNull((int?)parking?.Reason), Text(parking?.Detail)],
            cancellationToken
        );

    public Task SaveSnapshotAsync(DestinationLease lease, string snapshot, CancellationToken cancellationToken) =>
        ExecuteAsync(SaveSnapshot, () => [Long(lease.Id), Long(lease.Fence), Text(snapshot)], cancellationToken);

    public Task<IReadOnlyList<DeliveryRecord>> ListAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        this.reader.ListAsync(query, cancellationToken);

    public Task<DeliveryRecord?> GetAsync(string deliveryId, CancellationToken cancellationToken) =>
        this.reader.GetAsync(deliveryId, cancellationToken);

    public Task<IReadOnlyList<DeliveryRecord>> ForExecutionAsync(ExecutionKey execution, CancellationToken cancellationToken) =>
        this.reader.ForExecutionAsync(execution, cancellationToken);

    public async Task<IReadOnlyList<string>> ReplayAsync(
        IReadOnlyCollection<string> deliveryIds,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        List<string> replayed = [];
        await database.WriteAsync(
            async connection =>
            {
                await IdsAsync(connection, LockReplayed, Texts(deliveryIds));
                await using var command = connection.Command(Replay, Texts(deliveryIds), Moment(now));
                replayed = await command.ListAsync(row => row.GetString(0), CancellationToken.None);
                await using var reopen = connection.Command(PostgresIncidents.Reopen, Texts(replayed));
                await reopen.ExecuteNonQueryAsync(CancellationToken.None);
                return replayed.Count > 0;
            },
            cancellationToken
        );
        return [.. deliveryIds.Distinct().Where(new HashSet<string>(replayed).Contains)];
    }

    public async Task<IReadOnlyList<DestinationBacklog>> BacklogAsync(CancellationToken cancellationToken) =>
        await database.ListAsync(
            Backlog,
            [],
            row => new DestinationBacklog(
                row.GetString(0),
                row.GetString(1),
                row.GetInt64(2),
                row.MomentOrNull(3),
                PostgresLeases.Parking(row, 4)
            ),
            cancellationToken
        );

    private Task<bool> ExecuteAsync(string sql, Func<NpgsqlParameter[]> parameters, CancellationToken cancellationToken) =>
        database.WriteDeliveryAsync(
            async connection =>
            {
                await using var command = connection.Command(sql, parameters());
                return await command.ExecuteNonQueryAsync(CancellationToken.None) > 0;
            },
            cancellationToken
        );

    private static async Task<List<long>> IdsAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        return await command.ListAsync(row => row.GetInt64(0), CancellationToken.None);
    }

    private static NpgsqlParameter[] AttemptsOf(IReadOnlyList<DeliveryOutcome> outcomes) =>
        [
            Longs(outcomes.Select(outcome => outcome.RowId)),
            Ints(outcomes.Select(outcome => outcome.Attempt.Number)),
            Moments(outcomes.Select(outcome => (DateTimeOffset?)outcome.Attempt.StartedAt)),
            Longs(outcomes.Select(outcome => outcome.Attempt.Latency.Microseconds())),
            Shorts(outcomes.Select(outcome => (int)outcome.Attempt.Outcome)),
            Shorts(outcomes.Select(outcome => (int)outcome.Attempt.Reason)),
            Texts(outcomes.Select(outcome => outcome.Attempt.Detail)),
        ];

    private static NpgsqlParameter[] StateOf(DestinationLease lease, DeliveryOutcome outcome) =>
        [
            Long(outcome.RowId),
            Long(lease.Fence),
            Short((int)outcome.State),
            Moment(outcome.NextAttemptAt),
            Short((int)outcome.Attempt.Reason),
            Int(outcome.Step),
            Int(outcome.Attempt.Number),
            Text(outcome.Subject),
            Text(outcome.Receipt),
            Moment(outcome.EndedAt),
        ];
}
