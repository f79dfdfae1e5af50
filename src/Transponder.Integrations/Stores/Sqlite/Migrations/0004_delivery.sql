-- Messages of one lane of a destination go one after the other.
ALTER TABLE deliveries ADD COLUMN lane TEXT;
ALTER TABLE deliveries ADD COLUMN incident_key TEXT;
-- 1 = trigger, 2 = resolve.
ALTER TABLE deliveries ADD COLUMN incident_action INTEGER;
ALTER TABLE deliveries ADD COLUMN incident_opener INTEGER;
CREATE INDEX deliveries_lane ON deliveries (destination_id, lane, id) WHERE lane IS NOT NULL AND state IN (1, 3, 4);

-- What the first message of a lane was called by its provider: later ones go into its thread.
CREATE TABLE threads (
  destination_id INTEGER NOT NULL,
  lane TEXT NOT NULL,
  receipt TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (destination_id, lane)
) WITHOUT ROWID;

-- What is open for a launch plan. The target is empty where the channel itself is the target.
CREATE TABLE incidents (
  key TEXT NOT NULL,
  channel TEXT NOT NULL,
  target TEXT NOT NULL,
  opener INTEGER NOT NULL,
  failed_at INTEGER NOT NULL,
  PRIMARY KEY (key, channel, target)
) WITHOUT ROWID;
