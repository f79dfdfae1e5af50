-- The log in partitions by position. New rows go to the newest one, whose pages are at hand, whatever gaps a vacuum has found in the older ones;
-- retention drops whole partitions. What is there already becomes the oldest partition, whose rows are read once to prove that and not copied.

-- Identities cannot be had for partitions by every version of PostgreSQL, so positions come from a sequence of the same name.
ALTER TABLE events RENAME TO events_0;
ALTER INDEX events_pkey RENAME TO events_0_pkey;
ALTER INDEX events_by_shard RENAME TO events_0_by_shard;

CREATE TABLE events (LIKE events_0) PARTITION BY RANGE (position);

DO $$
DECLARE
    next bigint;
    upper bigint;
BEGIN
    SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END INTO next FROM events_position_seq;
    -- Rows to come are to keep out of the old table's gaps at once.
    upper := CASE WHEN next = 1 THEN 4000000 ELSE next END;
    ALTER TABLE events_0 ALTER position DROP IDENTITY;
    EXECUTE format('CREATE SEQUENCE events_position_seq AS bigint START %s OWNED BY events.position', next);
    EXECUTE format('ALTER TABLE events ATTACH PARTITION events_0 FOR VALUES FROM (MINVALUE) TO (%s)', upper);
END $$;

ALTER TABLE events ALTER position SET DEFAULT nextval('events_position_seq');
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (position);
CREATE INDEX events_by_shard ON events (shard, position);

-- Each partition with the positions in it: from the lower to below the upper. The oldest begins at 0.
CREATE VIEW event_partitions AS
SELECT c.relname::text AS name, coalesce(b.bounds[1]::bigint, 0) AS lower, b.bounds[2]::bigint AS upper
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid
CROSS JOIN LATERAL regexp_match(
    pg_get_expr(c.relpartbound, c.oid), $re$^FOR VALUES FROM \((?:'(\d+)'|MINVALUE)\) TO \('(\d+)'\)$$re$
) AS b (bounds)
WHERE i.inhparent = 'events'::regclass;

-- Makes partitions until there are two beyond the one that a position is in, and answers where the last one ends. Whoever comes second finds
-- them made. No vacuum looks for gaps in the partitions that rows go to; those that are full are left to it.
CREATE FUNCTION extend_events(reached bigint) RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    size CONSTANT bigint := 4000000;
    first bigint;
    last bigint;
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('transponder.partitions', 0));
    SELECT max(upper) INTO last FROM event_partitions;
    WHILE last <= (reached / size + 2) * size LOOP
        first := last;
        last := (first / size + 1) * size;
        part := 'events_' || first;
        EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING DEFAULTS) WITH (autovacuum_vacuum_insert_threshold = -1)', part);
        EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', part, first, last);
    END LOOP;
    FOR part IN
        SELECT p.name FROM event_partitions p JOIN pg_class c ON c.oid = p.name::regclass
        WHERE p.upper <= reached AND 'autovacuum_vacuum_insert_threshold=-1' = ANY(c.reloptions)
    LOOP
        EXECUTE format('ALTER TABLE %I RESET (autovacuum_vacuum_insert_threshold)', part);
    END LOOP;
    RETURN last;
END $$;

ALTER TABLE events_0 SET (autovacuum_vacuum_insert_threshold = -1);
SELECT extend_events((SELECT last_value FROM events_position_seq));

-- The highest position that retention has removed: what is missing above it never was.
CREATE TABLE events_removed (through bigint NOT NULL);
INSERT INTO events_removed
SELECT coalesce((SELECT position FROM events ORDER BY position LIMIT 1), (SELECT last_value FROM events_position_seq)) - 1;
