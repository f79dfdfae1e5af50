-- The span of the event's commit, as W3C's traceparent; NULL when nobody recorded it.
ALTER TABLE events ADD COLUMN traceparent text COLLATE "C";

-- The cursors over the log: all at or below a lane's position is confirmed, quarantined or held. Rewritten all the time, so with room on the page.
CREATE TABLE lanes (
    sink text COLLATE "C" NOT NULL,
    shard smallint NOT NULL,
    position bigint NOT NULL,
    owner text COLLATE "C",
    lease_until timestamptz,
    fence bigint NOT NULL,
    PRIMARY KEY (sink, shard)
) WITH (fillfactor = 20);

-- Who serves a sink, and until when that is believed.
CREATE TABLE lane_owners (
    sink text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    seen_until timestamptz NOT NULL,
    PRIMARY KEY (sink, owner)
) WITH (fillfactor = 50);

-- Executions that wait beside their lane.
CREATE TABLE lane_held (
    execution_id bigint NOT NULL,
    sink text COLLATE "C" NOT NULL,
    shard smallint NOT NULL,
    position bigint NOT NULL,
    attempts integer NOT NULL,
    since timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    detail text COLLATE "C" NOT NULL,
    PRIMARY KEY (execution_id, sink)
);

CREATE INDEX lane_held_by_lane ON lane_held (sink, shard, position);

-- What sinks refused for what it is.
CREATE TABLE quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sink text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    event_id uuid NOT NULL,
    ordering_key text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL,
    payload bytea NOT NULL,
    at timestamptz NOT NULL
);

CREATE INDEX quarantine_by_sink ON quarantine (sink, id);
