-- The span of the event's commit, as W3C's traceparent; NULL when nobody recorded it.
ALTER TABLE events ADD COLUMN traceparent TEXT;

-- The cursors over the log: all at or below a lane's position is confirmed, quarantined or held.
CREATE TABLE lanes (
  sink TEXT NOT NULL,
  shard INTEGER NOT NULL,
  position INTEGER NOT NULL,
  owner TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL,
  PRIMARY KEY (sink, shard)
) WITHOUT ROWID;

-- Who serves a sink, and until when that is believed.
CREATE TABLE lane_owners (
  sink TEXT NOT NULL,
  owner TEXT NOT NULL,
  seen_until INTEGER NOT NULL,
  PRIMARY KEY (sink, owner)
) WITHOUT ROWID;

-- Executions that wait beside their lane.
CREATE TABLE lane_held (
  execution_id INTEGER NOT NULL,
  sink TEXT NOT NULL,
  shard INTEGER NOT NULL,
  position INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  since INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (execution_id, sink)
) WITHOUT ROWID;
CREATE INDEX lane_held_by_lane ON lane_held (sink, shard, position);

-- What sinks refused for what it is.
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  sink TEXT NOT NULL,
  position INTEGER NOT NULL,
  event_id BLOB NOT NULL,
  ordering_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  payload BLOB NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX quarantine_by_sink ON quarantine (sink, id);
