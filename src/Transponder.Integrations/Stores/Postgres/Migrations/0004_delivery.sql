-- Messages of one lane of a destination go one after the other. Incident actions: 1 = trigger, 2 = resolve.
ALTER TABLE deliveries
    ADD COLUMN lane text COLLATE "C",
    ADD COLUMN incident_key text COLLATE "C",
    ADD COLUMN incident_action smallint,
    ADD COLUMN incident_opener bigint;

CREATE INDEX deliveries_lane ON deliveries (destination_id, lane, id) WHERE lane IS NOT NULL AND state IN (1, 3, 4);

-- What the first message of a lane was called by its provider: later ones go into its thread.
CREATE TABLE threads (
    destination_id bigint NOT NULL,
    lane text COLLATE "C" NOT NULL,
    receipt text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (destination_id, lane)
);

-- What is open for a launch plan. The target is empty where the channel itself is the target.
CREATE TABLE incidents (
    key text COLLATE "C" NOT NULL,
    channel text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    opener bigint NOT NULL,
    failed_at timestamptz NOT NULL,
    PRIMARY KEY (key, channel, target)
);
