-- Stretches of the log that are sent to a sink again. States: 1 = running, 2 = done, 3 = cancelled.
CREATE TABLE replays (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  replay_id TEXT NOT NULL UNIQUE,
  sink TEXT NOT NULL,
  until INTEGER NOT NULL,
  filter BLOB NOT NULL,
  rate INTEGER NOT NULL,
  position INTEGER NOT NULL,
  state INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  detail TEXT NOT NULL,
  principal TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  owner TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX replays_running ON replays (sink, id) WHERE state = 1;
