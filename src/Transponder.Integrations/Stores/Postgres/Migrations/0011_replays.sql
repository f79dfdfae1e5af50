-- Stretches of the log that are sent to a sink again. States: 1 = running, 2 = done, 3 = cancelled.
CREATE TABLE replays (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    replay_id text COLLATE "C" NOT NULL CONSTRAINT replays_key UNIQUE,
    sink text COLLATE "C" NOT NULL,
    until bigint NOT NULL,
    filter bytea NOT NULL,
    rate integer NOT NULL,
    position bigint NOT NULL,
    state smallint NOT NULL,
    sent bigint NOT NULL,
    refused bigint NOT NULL,
    detail text COLLATE "C" NOT NULL,
    principal text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    owner text COLLATE "C",
    lease_until timestamptz,
    fence bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

CREATE INDEX replays_running ON replays (sink, id) WHERE state = 1;
